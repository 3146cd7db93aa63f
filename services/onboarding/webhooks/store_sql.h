// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::webhooks {

// The step of the schema that makes the tables.
extern const char kWebhooksSchema[];

// A store over `database`, which must outlive it and whose schema is up to date.
std::unique_ptr<WebhookStore> NewWebhookStore(sql::Database& database);

// Parts of the store; private to it.
std::unique_ptr<WebhookRows> NewWebhookRows(sql::Transaction& transaction);
std::unique_ptr<DeliveryRows> NewDeliveryRows(sql::Transaction& transaction);

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_STORE_SQL_H_

// SPDX-License-Identifier: Apache-2.0
//
// Which URLs people may have events sent to.
#ifndef PLUMBLINE_COMMON_WEBHOOK_URL_POLICY_H_
#define PLUMBLINE_COMMON_WEBHOOK_URL_POLICY_H_

#include <string>

#include "common/http/address.h"

namespace plumbline::webhook {

// Where the service lets webhooks go.
struct UrlPolicy {
  http::Destinations destinations;
  bool allow_plain_http = false;
};

// What is wrong with the URL, with the remedy; "" = nothing. Names are not looked up.
std::string UrlFault(const std::string& url, const UrlPolicy& policy);

}  // namespace plumbline::webhook

#endif  // PLUMBLINE_COMMON_WEBHOOK_URL_POLICY_H_

// SPDX-License-Identifier: Apache-2.0
//
// Who uses which template, and which template names which utility: rows that follow from trees and
// templates. Those of trees are noted and caught up with together with calls (store_sql_calls.h);
// those of templates that a release without them wrote are found by utilities_noted.
#ifndef PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_SQL_USES_H_
#define PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_SQL_USES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/catalog/v1/step.pb.h"
#include "services/catalog/life/store.h"
#include "services/catalog/steps/store.h"

namespace plumbline::catalog {

// The tables; a part of a step of the schema.
extern const char kStepUsesSchema[];
// A later step: the templates that changed since the drafts that use them were indexed.
extern const char kChangedStepsSchema[];

// Notes the uses of a draft (revision 0) or a revision, of which none are noted.
absl::Status NoteStepUses(sql::Transaction& transaction, const ProcessKey& key,
                          const v1::Process& process);
absl::Status ForgetStepUses(sql::Transaction& transaction, const ProcessKey& key, int64_t revision);

// See StepReads::ListStepUses.
absl::StatusOr<std::vector<StepUse>> FindStepUses(sql::Transaction& transaction,
                                                  absl::string_view workspace,
                                                  absl::Span<const std::string> steps);

// Has the drafts that use the template as it is indexed once more in the background: what their
// words are has changed. Writes one row, however many they are.
absl::Status IndexUsersLater(sql::Transaction& transaction, const StepKey& key);
// Indexes at most `limit` of the drafts of which IndexUsersLater spoke in a workspace; `count` is
// 0 if nothing was left to do.
absl::Status IndexUsersOf(sql::Transaction& transaction, const std::string& workspace, int limit,
                          int64_t* count);

// Notes the utilities of a revision that was just written.
absl::Status NoteUtilities(sql::Transaction& transaction, const StepKey& key,
                           const v1::StepTemplate& step);

// See StepReads::ListStepsNaming.
absl::StatusOr<std::vector<StepNaming>> FindStepsNaming(sql::Transaction& transaction,
                                                        absl::string_view workspace,
                                                        absl::string_view utility);

// Notes the utilities of at most `limit` revisions of templates of a workspace that a release
// without these tables wrote; `count` is how many.
absl::Status NoteUtilitiesOf(sql::Transaction& transaction, const std::string& workspace, int limit,
                             int64_t* count);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STEPS_STORE_SQL_USES_H_

// SPDX-License-Identifier: Apache-2.0
//
// What the commands `impediment ...` share.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPEDIMENT_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_IMPEDIMENT_GROUP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/impediment.pb.h"

namespace plumbline::cli {

struct ImpedimentOptions {
  std::vector<std::string> ids;  // of `resolve`
  std::string id, category, utility, description, owner, cost, text, reason, resolution;
  std::string filter, order_by, etag, request_id, onboarding;
  std::vector<std::string> tasks;
  bool all_users = false, open_only = false, dry_run = false;
  int limit = 1000;
  args::Command* update = nullptr;  // to see which of its options were given
};

// "utility-down".
std::string CategoryWord(onboarding::v1::Impediment::Category category);
// The other way; unspecified of no category.
onboarding::v1::Impediment::Category CategoryOf(const std::string& word);
// "open", "open (under way)".
std::string ImpedimentState(const onboarding::v1::ImpedimentRecord& impediment);

// "open, blocks 3 tasks of 2 on-boardings", "resolved", "resolved, 508 tasks of 254 on-boardings
// are still to go on".
std::string BlocksText(const onboarding::v1::ImpedimentRecord& impediment);
// The same with its id in front, and where to see more while it is under way.
void PrintBlocks(Session& session, const onboarding::v1::ImpedimentRecord& impediment,
                 bool dry_run = false);

// The full name of what is typed as "crm-down", "ada.i1", or, as it is called in its on-boarding,
// "ada/i1", which is looked up: RESOURCE_NOT_FOUND.
absl::StatusOr<std::string> ImpedimentRecordName(Session& session, const std::string& typed);

// list, show
absl::Status ListImpedimentRecords(Session& session, const ImpedimentOptions& options);
absl::Status ShowImpediment(Session& session, const ImpedimentOptions& options);
// resolve
absl::Status ResolveImpediments(Session& session, const ImpedimentOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPEDIMENT_GROUP_H_

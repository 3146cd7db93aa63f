// SPDX-License-Identifier: Apache-2.0
//
// What the commands `impediment ...` share.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPEDIMENT_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_IMPEDIMENT_GROUP_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/impediment.pb.h"

namespace plumbline::cli {

struct ImpedimentOptions {
  std::string id, category, utility, description, owner, cost, text, reason, resolution;
  std::string filter, order_by, etag, request_id, onboarding;
  std::vector<std::string> tasks;
  bool all_users = false, open_only = false, dry_run = false;
  int limit = 1000;
  CLI::App* update = nullptr;  // to see which of its options were given
};

// "utility-down".
std::string CategoryWord(onboarding::v1::Impediment::Category category);
// The other way; unspecified of no category.
onboarding::v1::Impediment::Category CategoryOf(const std::string& word);
// "open", "open (under way)".
std::string ImpedimentState(const onboarding::v1::ImpedimentRecord& impediment);

// list, show
absl::Status ListImpedimentRecords(Session& session, const ImpedimentOptions& options);
absl::Status ShowImpediment(Session& session, const ImpedimentOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPEDIMENT_GROUP_H_

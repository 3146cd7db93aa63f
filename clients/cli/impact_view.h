// SPDX-License-Identifier: Apache-2.0
//
// Impacts as a terminal shows them.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPACT_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_IMPACT_VIEW_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/cli/terminal.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {

// The revisions that call a revision themselves, by their full names; none if that is not known.
using CallersOf = std::function<std::vector<std::string>(const std::string& revision)>;

// The tags that name a revision; nullopt if that is not known.
using TagsOf = std::function<std::optional<std::vector<std::string>>(const std::string& revision)>;

// What stops, as a tree: below a process those that call it and stop with it, or that it calls and
// that wait with it, each once; then the roles. `shorten` gives names as people type them.
// `callers` is asked about what waits wherever it is called, of which the impact does not tell who
// calls it, and with `tags` about why a revision that is not the latest lives.
void PrintImpact(const catalog::v1::AnalyzeImpactResponse& impact,
                 const std::function<std::string(const std::string&)>& shorten,
                 const CallersOf& callers, const TagsOf& tags, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPACT_VIEW_H_

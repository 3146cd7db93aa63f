// SPDX-License-Identifier: Apache-2.0
//
// Impacts as a terminal shows them.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPACT_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_IMPACT_VIEW_H_

#include <functional>
#include <string>

#include "clients/cli/terminal.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {

// What stops, as a tree: below a process those that call it and stop with it, or that it calls and
// that wait with it, each once; then the roles. `shorten` gives names as people type them.
void PrintImpact(const catalog::v1::AnalyzeImpactResponse& impact,
                 const std::function<std::string(const std::string&)>& shorten, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPACT_VIEW_H_

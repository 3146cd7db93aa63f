// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_UNKNOWN_WAITS_H_
#define PLUMBLINE_CLIENTS_CLI_UNKNOWN_WAITS_H_

#include <cstdint>

#include "clients/cli/terminal.h"

namespace plumbline::cli {

// Says how long open cases have waited for steps that nothing names (unknown_step_open_case_count
// of flow and of bottlenecks); nothing where none does.
void PrintUnknownWaits(int64_t case_count, double seconds, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_UNKNOWN_WAITS_H_

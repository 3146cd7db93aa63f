// SPDX-License-Identifier: Apache-2.0
//
// Utilities for people.
#ifndef PLUMBLINE_CLIENTS_CLI_UTILITIES_H_
#define PLUMBLINE_CLIENTS_CLI_UTILITIES_H_

#include <string>

#include "plumbline/catalog/v1/utility.pb.h"

namespace plumbline::cli {

// "99.95 % in 28 days"; "" if it promises nothing.
std::string UptimeTarget(const catalog::v1::Utility& utility);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_UTILITIES_H_

// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_JSON_H_
#define PLUMBLINE_CLIENTS_CLI_JSON_H_

#include <string>

#include "google/protobuf/message.h"

namespace plumbline::cli {

// `message` in proto3 JSON, with one liberty that every proto3 JSON reader takes: 64-bit integers
// are written as numbers while a double holds them exactly (below 2^53), beyond that as strings. As
// strings, "caseCount > 100" in jq and the like would compare texts and be wrong without a word.
// Fields that are not set are there with their defaults. `pretty`: over many lines. O(size).
std::string JsonOf(const google::protobuf::Message& message, bool pretty);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_JSON_H_

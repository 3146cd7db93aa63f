// SPDX-License-Identifier: Apache-2.0
//
// Configuration of a program: one documented message (common/v1/config.proto), from a file, then
// the environment, then flags.
#ifndef PLUMBLINE_COMMON_CONFIG_CONFIG_H_
#define PLUMBLINE_COMMON_CONFIG_CONFIG_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace plumbline::config {

// Fills `config` (cleared first) from `--config FILE`, variables PLUMBLINE_* of `environment` and
// `--path.to.field=value` (or `--path.to.field value`) of `arguments` (without the program's name).
// Errors: FIELD_INVALID that names the file, variable or flag, what was wrong and what is possible;
// unknown keys, unknown PLUMBLINE_ variables, unknown flags and flags given twice are refused.
// Lists (access tokens) can be given in the file only. Variables of the command line client
// (PLUMBLINE_TOKEN, ...), of the tests and of Kubernetes' service links are left alone.
absl::Status Load(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment,
                  google::protobuf::Message* config);

// The configuration as YAML with the fields marked (secret) replaced by "(secret)".
std::string FormatMasked(const google::protobuf::Message& config);

// Text for --help: a line for every flag with its type, in the order of the proto.
std::string FlagsHelp(const google::protobuf::Message& config);

// The process's own environment.
std::map<std::string, std::string> Environment();

}  // namespace plumbline::config

#endif  // PLUMBLINE_COMMON_CONFIG_CONFIG_H_

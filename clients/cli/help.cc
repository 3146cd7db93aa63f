// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/help.h"

#include "absl/strings/str_cat.h"

namespace plumbline::cli {

args::Option* Takes(args::Option* option, const std::string& value) {
  return option->option_text(value);
}

void AddExamples(args::Command& command,
                 const std::vector<std::pair<std::string, std::string>>& examples) {
  std::string text = "Examples:\n";
  for (const auto& [line, what] : examples) {
    absl::StrAppend(&text, "  ", line, "\n");
    if (!what.empty()) absl::StrAppend(&text, "      ", what, "\n");
  }
  text.pop_back();
  command.footer(text);
}

}  // namespace plumbline::cli

// SPDX-License-Identifier: Apache-2.0
//
// What the commands that import a file take beside it.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPORT_FLAGS_H_
#define PLUMBLINE_CLIENTS_CLI_IMPORT_FLAGS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/args.h"
#include "clients/cli/wording.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {

struct ImportFlags {
  analytics::v1::CsvMapping csv;
  std::vector<std::string> transitions, attributes;
  std::string object_type, classifier;
};

// The words for the orders of day and month on the command line.
inline constexpr char kDayFirst[] = "day-first";
inline constexpr char kMonthFirst[] = "month-first";

// --map-transition, --case-column and the others that say how a file is read.
void AddImportFlags(args::Command& command, std::shared_ptr<ImportFlags> flags);

// Fills the header, and makes `wording` call its fields as they are typed.
void UseImportFlags(const ImportFlags& flags, Wording& wording,
                    analytics::v1::ImportHeader* header);

// "plumbline import deals.csv --case-column 'Deal Name' ...": `command` (up to the file) with the
// flags that were given, corrected by what IMPORT_COLUMN_MISSING knows; COLUMN where that knows
// nothing. "" for any other error.
std::string CorrectedCommand(const std::string& command, const ImportFlags& flags,
                             const absl::Status& error);

// As a shell takes it: in single quotes where it has to be.
std::string ShellWord(const std::string& word);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPORT_FLAGS_H_

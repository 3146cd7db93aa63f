// SPDX-License-Identifier: Apache-2.0
//
// Tables as text: RFC 4180, with the liberties that spreadsheets take.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CSV_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CSV_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::onboarding {

struct CsvRow {
  int line = 0;  // on which it begins, from 1
  std::vector<std::string> cells;
};

// All rows of `text`, the headings first, empty lines left out; cells without spaces around them. A
// byte order mark is left out. The separator is that of ',', ';' and tab which stands most often in
// the headings. Lines end in LF, CR LF or CR. FIELD_INVALID (of `field`) for text that is not
// UTF-8, a quote that is not closed, and text behind a closing quote; the sentence names the line.
// O(length).
absl::StatusOr<std::vector<CsvRow>> ReadCsv(absl::string_view field, absl::string_view text);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_CSV_H_

// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/not_known.h"

#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/units.h"

namespace plumbline::cli {

std::string NotKnown(absl::string_view field, const AbsentFigures& absent) {
  for (const analytics::v1::AbsentFigure& figure : absent) {
    if (field == figure.field()) return absl::StrCat("not known: ", Printable(figure.reason()));
  }
  return "not known";
}

void PrintNotKnown(const AbsentFigures& absent, const Paper& paper) {
  for (const analytics::v1::AbsentFigure& figure : absent) {
    const size_t dot = figure.field().rfind('.');
    std::string name = absl::StrReplaceAll(
        figure.field().substr(dot == std::string::npos ? 0 : dot + 1), {{"_", " "}});
    if (!name.empty()) name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
    const std::string line =
        absl::StrCat(Printable(name), " not known: ", Printable(figure.reason()), ".");
    paper.out << Wrap(line, paper.width, 2) << "\n";
  }
}

}  // namespace plumbline::cli

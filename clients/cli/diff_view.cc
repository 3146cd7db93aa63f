// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/diff_view.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/table.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Difference;
using catalog::v1::DiffRevisionsResponse;

constexpr size_t kWidestText = 60;

enum class Colour { kNone, kRed, kGreen, kYellow, kBlue, kDim };

std::string Paint(bool colour, Colour with, std::string text) {
  static constexpr const char* kCodes[] = {"",         "\033[31m", "\033[32m",
                                           "\033[33m", "\033[34m", "\033[2m"};
  if (!colour || with == Colour::kNone) return text;
  return absl::StrCat(kCodes[static_cast<size_t>(with)], text, "\033[0m");
}

// Text of a process is not ours: one line of it, without control characters.
std::string Plain(absl::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  return Shorten(line, kWidestText);
}

// "KIND_EARLIEST_DAY" -> "earliest day"
std::string KindWords(Difference::Kind kind) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(Difference::Kind_Name(kind).substr(5)),
                             {{"_", " "}});
}

std::string Size(const Difference& difference) {
  return difference.node_count() == 1 ? "" : absl::StrCat(", ", difference.node_count(), " nodes");
}

// "target: 6 d -> 8 d", with its sign.
std::string What(const Difference& d, bool colour) {
  const std::string before = Plain(d.before()), after = Plain(d.after());
  switch (d.kind()) {
    case Difference::KIND_NODE_ADDED:
      return Paint(colour, Colour::kGreen, absl::StrCat("+ added to ", after, Size(d)));
    case Difference::KIND_NODE_REMOVED:
      return Paint(colour, Colour::kRed, absl::StrCat("- removed from ", before, Size(d)));
    case Difference::KIND_NODE_MOVED:
      return Paint(colour, Colour::kBlue, absl::StrCat("> moved from ", before, " to ", after));
    case Difference::KIND_NODE_REORDERED:
      return Paint(colour, Colour::kBlue,
                   absl::StrCat("> moved from place ", before, " to ", after));
    default:
      break;
  }
  const std::string name =
      absl::StrCat(KindWords(d.kind()), d.item().empty() ? "" : " ", Plain(d.item()));
  const bool same_as_item = d.item() == d.before() || d.item() == d.after();
  if (!d.item().empty() && d.before().empty())
    return Paint(colour, Colour::kGreen,
                 absl::StrCat("+ ", name, same_as_item ? "" : ": ", same_as_item ? "" : after));
  if (!d.item().empty() && d.after().empty())
    return Paint(colour, Colour::kRed,
                 absl::StrCat("- ", name, same_as_item ? "" : ": ", same_as_item ? "" : before));
  return Paint(colour, Colour::kYellow,
               absl::StrCat("~ ", name, ": ", before.empty() ? "none" : before, " -> ",
                            after.empty() ? "none" : after));
}

Colour ColourOf(DiffRevisionsResponse::Verdict verdict) {
  switch (verdict) {
    case DiffRevisionsResponse::VERDICT_NEEDS_MIGRATION:
      return Colour::kRed;
    case DiffRevisionsResponse::VERDICT_COMPATIBLE:
      return Colour::kNone;
    default:
      return Colour::kDim;
  }
}

}  // namespace

std::string VerdictWords(DiffRevisionsResponse::Verdict verdict) {
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(DiffRevisionsResponse::Verdict_Name(verdict).substr(8)), {{"_", " "}});
}

void PrintDifferences(const DiffRevisionsResponse& diff, bool colour, std::ostream& out) {
  const Difference* last = nullptr;
  for (const Difference& difference : diff.differences()) {
    if (last == nullptr || last->node() != difference.node()) {
      out << "  "
          << (difference.node().empty()
                  ? "the process"
                  : absl::StrCat(difference.node(), "  ", Plain(difference.title())))
          << '\n';
    }
    out << "    " << What(difference, colour) << '\n'
        << "      "
        << Paint(colour, ColourOf(difference.verdict()),
                 absl::StrCat(VerdictWords(difference.verdict()), ": ", difference.why()))
        << '\n';
    last = &difference;
  }
}

}  // namespace plumbline::cli

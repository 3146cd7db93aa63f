// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/review_view.h"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

void Prose(const Paper& paper, absl::string_view text, size_t hanging = 0) {
  paper.out << Wrap(Printable(text), paper.width, hanging) << '\n';
}

// Prints a line of a command in pieces of `width`, broken after spaces in single quotes, which end
// before a break and go on after it, at the very begin of the next line: a shell takes them as one
// word. Returns the last piece.
std::string FoldQuoted(std::string line, size_t width, std::ostream& out) {
  while (DisplayWidth(line) > width) {
    size_t fold = 0;
    bool quoted = false;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\' && !quoted) {
        ++i;
        continue;
      }
      if (line[i] == '\'') quoted = !quoted;
      if (!quoted || line[i] != ' ') continue;
      if (fold > 0 && DisplayWidth(absl::string_view(line).substr(0, i + 1)) + 2 > width) break;
      fold = i + 1;
    }
    if (fold == 0 || fold == line.size()) break;
    out << line.substr(0, fold) << "'\\\n";
    line = absl::StrCat("'", line.substr(fold));
  }
  return line;
}

// A command as lines that a shell takes as one: broken before flags, and within long texts.
void ShellCommand(const Paper& paper, const std::string& label, absl::string_view command) {
  const size_t width = paper.width > 0 ? paper.width : kProseWidth;
  std::string line = label;
  bool quoted = false, fresh = true;
  size_t begin = 0;
  const auto add = [&](absl::string_view piece) {
    if (!fresh && DisplayWidth(line) + DisplayWidth(piece) + 3 > width) {
      paper.out << line << " \\\n";
      line = std::string(7, ' ');
      fresh = true;
    }
    line = FoldQuoted(absl::StrCat(line, fresh ? "" : " ", piece), width, paper.out);
    fresh = false;
  };
  const std::string text = Printable(command);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && !quoted) {
      ++i;  // a quote that is one of the text
      continue;
    }
    if (text[i] == '\'') quoted = !quoted;
    if (quoted || absl::string_view(text).substr(i, 3) != " --") continue;
    add(absl::string_view(text).substr(begin, i - begin));
    begin = i + 1;
  }
  add(absl::string_view(text).substr(begin));
  paper.out << line << '\n';
}

void Heading(const Paper& paper, const std::string& text) {
  paper.out << '\n' << text << '\n' << std::string(DisplayWidth(text), '-') << '\n';
}

void PrintHead(const pb::Report& report, const Paper& paper, const absl::TimeZone& zone) {
  const pb::EventLog& log = report.event_log();
  const pb::Review& review = report.review();
  const std::string title = Printable(
      absl::StrCat("Report: ", log.title().empty() ? log.name().substr(log.name().rfind('/') + 1)
                                                   : log.title()));
  paper.out << title << '\n' << std::string(DisplayWidth(title), '=') << '\n';
  if (!review.has_end_time()) return;
  std::string text =
      absl::StrCat(DayIn(zone, review.start_time()), " to ", DayIn(zone, review.end_time()), " (",
                   zone.name(), "): ", Number(review.ended_case_count(), "case", "cases"),
                   " ended, ", Count(review.open_case_count()), " open at the end");
  if (review.has_previous_start_time()) {
    absl::StrAppend(&text, ". Compared with ", DayIn(zone, review.previous_start_time()), " to ",
                    DayIn(zone, review.start_time()));
  }
  Prose(paper, absl::StrCat(text, "."));
  paper.out << '\n';
}

std::string VerdictWord(pb::ReviewChange::Verdict verdict) {
  switch (verdict) {
    case pb::ReviewChange::VERDICT_BETTER:
      return "better";
    case pb::ReviewChange::VERDICT_WORSE:
      return "WORSE";
    case pb::ReviewChange::VERDICT_DIFFERENT:
      return "different";
    case pb::ReviewChange::VERDICT_NOISE:
      return "noise";
    default:
      return "not told";
  }
}

// What cannot be told: what holds of several measures is said once.
void PrintUntold(const pb::Review& review, const Paper& paper) {
  std::vector<std::pair<std::string, std::string>> problems;  // and of what
  for (const pb::ReviewChange& change : review.changes()) {
    if (change.problem().empty()) continue;
    const auto same = std::find_if(problems.begin(), problems.end(),
                                   [&](const auto& one) { return one.first == change.problem(); });
    if (same == problems.end()) {
      problems.emplace_back(change.problem(), change.title());
    } else {
      absl::StrAppend(&same->second, ", ", change.title());
    }
  }
  for (auto& [problem, titles] : problems) {
    titles[0] = absl::ascii_toupper(static_cast<unsigned char>(titles[0]));
    Prose(paper, absl::StrCat("not told   ", titles, ": cannot be told: ", problem, "."), 11);
  }
}

// Signals first: what is noise is told, and takes no room.
void PrintChanges(const pb::Review& review, const Paper& paper) {
  Heading(paper, "What changed");
  if (review.changes().empty()) paper.out << "Nothing can be compared.\n";
  const auto is_signal = [](const pb::ReviewChange& change) {
    return change.verdict() != pb::ReviewChange::VERDICT_NOISE &&
           change.verdict() != pb::ReviewChange::VERDICT_CANNOT_TELL;
  };
  for (const bool signals : {true, false}) {
    for (const pb::ReviewChange& change : review.changes()) {
      if (is_signal(change) != signals || !change.problem().empty()) continue;
      const std::string word = VerdictWord(change.verdict());
      Prose(paper, absl::StrCat(word, std::string(11 - word.size(), ' '), change.sentence()), 11);
    }
  }
  PrintUntold(review, paper);
}

std::string Gain(const pb::ReviewGain& gain, absl::string_view unit) {
  return absl::StrCat(Count(std::llround(gain.value())), " ", unit, " (",
                      Count(std::llround(gain.lower())), " to ", Count(std::llround(gain.upper())),
                      ")");
}

void PrintFix(const pb::ReviewFix& fix, bool business, const Paper& paper) {
  Prose(paper, absl::StrCat(fix.rank(), ". ", fix.title()), 3);
  const std::string hours = business ? "open hours" : "hours";
  std::string gain =
      absl::StrCat("   Would have saved ", Gain(fix.hours(), absl::StrCat(hours, " of lead time")));
  if (fix.has_cases_in_time() && fix.cases_in_time().value() > 0)
    absl::StrAppend(&gain, ", ",
                    Gain(fix.cases_in_time(), std::llround(fix.cases_in_time().value()) == 1
                                                  ? "more case in time"
                                                  : "more cases in time"));
  if (fix.work_hours().value() >= 0.5)
    absl::StrAppend(&gain, ", ", Gain(fix.work_hours(), absl::StrCat(hours, " of work")));
  Prose(paper, absl::StrCat(gain, "."), 3);
  for (const std::string& sentence : fix.evidence())
    Prose(paper, absl::StrCat("   - ", sentence), 5);
  ShellCommand(paper, "   See it: ", fix.show_command());
  Prose(paper, absl::StrCat("   Proof: ", fix.proof().sentence()), 5);
  // Who leads a project is for people to say, and none advances without.
  if (!fix.proof().command().empty())
    ShellCommand(paper, "   Begin (add --owner WHO): ", fix.proof().command());
}

}  // namespace

void PrintReview(const pb::Report& report, const Paper& paper, const absl::TimeZone& zone) {
  const pb::Review& review = report.review();
  PrintHead(report, paper, zone);
  for (const std::string& sentence : review.summary()) Prose(paper, sentence);
  if (review.has_end_time()) {
    Heading(paper, "Objectives");
    if (!review.objectives_problem().empty()) {
      Prose(paper, "None is told on a page of a part of the log.");
    } else if (review.objectives().empty()) {
      paper.out << "None is set for this log.\n";
    }
    for (const pb::ReviewObjective& one : review.objectives())
      Prose(paper, absl::StrCat("- ", one.sentence()), 2);
    if (review.omitted_objective_count() > 0 && review.objectives_problem().empty())
      paper.out << "and " << Count(review.omitted_objective_count()) << " more\n";
    PrintChanges(review, paper);
    Heading(paper, "Fix first");
    // The last of the summary says why there is none.
    if (review.fixes().empty() && !review.summary().empty())
      Prose(paper, *review.summary().rbegin());
    for (const pb::ReviewFix& fix : review.fixes()) PrintFix(fix, review.in_business_time(), paper);
    paper.out << '\n';
    // What open hours are, and a working day, stands above.
    const char* clock = paper.working_day > 0       ? ""
                        : review.in_business_time() ? ". Hours are open hours of the calendar"
                                                    : ". Hours are of the wall clock";
    Prose(paper,
          absl::StrCat("Intervals hold with ", absl::StrFormat("%g %%", 100 * review.confidence()),
                       clock, "; each fix counts what it saves beyond those before it."));
  }
  for (const std::string& note : review.notes()) Prose(paper, absl::StrCat("Note: ", note, "."), 2);
}

}  // namespace plumbline::cli

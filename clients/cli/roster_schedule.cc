// SPDX-License-Identifier: Apache-2.0
//
// Rosters on a schedule: the same file again and again, and only what is new begins.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/errors.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/start_roster.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

constexpr int kMostAhead = 3660;
constexpr absl::Duration kLeastEvery = absl::Seconds(1);
constexpr absl::Duration kMostEvery = absl::Hours(24 * 7);

// The file as it was read last.
class RosterFile {
 public:
  explicit RosterFile(const RosterOptions& options) : options_(options) {}

  // Reads it, and takes it apart if it changed. On an error the lines are those of before.
  absl::Status Read() {
    ASSIGN_OR_RETURN(std::string text, ReadFile(options_.file));
    if (text == text_ && read_) return absl::OkStatus();
    ASSIGN_OR_RETURN(rows_, ReadRoster(text, options_.process));
    text_ = std::move(text);
    read_ = true;
    return absl::OkStatus();
  }
  const std::vector<RosterRow>& rows() const { return rows_; }

 private:
  const RosterOptions& options_;
  std::string text_;
  bool read_ = false;
  std::vector<RosterRow> rows_;
};

void PrintCounts(Session& session, const RosterCounts& counts, bool dry_run) {
  if (!session.json()) session.out() << InWords(counts, dry_run) << '\n' << std::flush;
}

// What happened in one round is told and is no end: the next one may go better.
void Tell(Session& session, const absl::Status& error) {
  if (session.json()) {
    PrintErrorJson(error, session.err());
  } else {
    PrintError(error, session.wording(), "", ErrorPaper(session.err()));
  }
  session.err().flush();
}

absl::Status StartAgainAndAgain(Session& session, const RosterOptions& options, RosterFile& file,
                                RosterStarter& starter) {
  const Interrupt interrupt;
  while (true) {
    const absl::StatusOr<RosterCounts> counts = starter.Round(file.rows());
    if (!counts.ok()) Tell(session, counts.status());
    if (counts.ok() && !session.json()) {
      session.out() << absl::FormatTime("%Y-%m-%d %H:%M", session.clock().Now(),
                                        absl::UTCTimeZone())
                    << " UTC: ";
      PrintCounts(session, *counts, false);
    }
    absl::Status read;
    do {
      if (interrupt.WaitFor(options.every)) return absl::OkStatus();
      read = file.Read();
      if (!read.ok()) Tell(session, read);
    } while (!read.ok());
  }
}

}  // namespace

std::string InWords(const RosterCounts& counts, bool dry_run) {
  std::string words = absl::StrCat(counts.started, dry_run ? " would be" : "", " started, ",
                                   counts.existing, " there already");
  if (counts.later > 0) absl::StrAppend(&words, ", ", counts.later, " for later");
  if (counts.failed > 0) absl::StrAppend(&words, ", ", counts.failed, " failed");
  return words;
}

void HintAtExisting(Session& session, const absl::Status& status) {
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS)
    session.SetHint("--allow-existing leaves what is there as it is; another id starts another");
}

absl::StatusOr<int> ParseAhead(const std::string& text) {
  absl::string_view number = text;
  const bool weeks = absl::ConsumeSuffix(&number, "w");
  int value = 0;
  const bool known = (weeks || absl::ConsumeSuffix(&number, "d")) &&
                     absl::SimpleAtoi(number, &value) && value >= 0 && value <= kMostAhead;
  const int days = weeks ? value * 7 : value;
  if (known && days <= kMostAhead) return days;
  return base::FieldError(
      "--ahead", absl::StrCat("'", text.substr(0, 20),
                              "' is no number of days; write 14d or 2w, up to ", kMostAhead, "d"));
}

absl::StatusOr<absl::Duration> ParseEvery(const std::string& text) {
  absl::Duration every;
  absl::string_view number = text;
  int days = 0;
  if (absl::ConsumeSuffix(&number, "d") && absl::SimpleAtoi(number, &days) && days > 0 &&
      days <= 7) {
    return absl::Hours(24 * days);
  }
  if (absl::ParseDuration(text, &every) && every >= kLeastEvery && every <= kMostEvery)
    return every;
  return base::FieldError(
      "--every", absl::StrCat("'", text.substr(0, 20),
                              "' is no length of time from 1s to 7d; write 30m, 1h or 1d"));
}

absl::Status StartRoster(Session& session, const RosterOptions& options) {
  // Errors name the file, also of the lines that fail.
  session.wording().InFile(options.file == "-" ? "standard input" : options.file, "", "");
  session.wording().Call({{"FILE", ""}, {"--roster", ""}});
  RosterFile file(options);
  RETURN_IF_ERROR(file.Read());
  RosterStarter starter(session, options);
  if (options.every > absl::ZeroDuration())
    return StartAgainAndAgain(session, options, file, starter);
  ASSIGN_OR_RETURN(const RosterCounts counts, starter.Round(file.rows()));
  PrintCounts(session, counts, options.dry_run);
  HintAtExisting(session, starter.failure());
  return starter.failure();
}

}  // namespace plumbline::cli

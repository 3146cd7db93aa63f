// SPDX-License-Identifier: Apache-2.0
//
// Changes and fixes as people say them. Names of a log are as they are: whoever shows them takes
// care of what is in them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WORDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WORDS_H_

#include <string>
#include <vector>

#include "services/analytics/review/changes.h"
#include "services/analytics/review/fixes.h"

namespace plumbline::analytics::review {

// Who says it about what.
struct WordOptions {
  std::string log;           // its id, as commands take it
  std::string filter;        // of the selection, window included; "" = none
  std::string flags;         // of what else is selected and has ended, each with a space before it
  std::string event_filter;  // which is among them
  bool only_events = false;  // nothing else of these cases
  // " --calendar head-office", of what is `business`, and " --zone Asia/Tokyo", of days; "" = none.
  std::string calendar, zone;
  // Why no improvement project can be of what is selected; "" = one can.
  std::string no_project;
  double confidence = 0.95;
  bool business = false;   // all times are open hours
  double working_day = 0;  // of these, seconds of one working day; 0 = that cannot be told
  bool some_open = false;  // some cases have not ended
};

// "lead time", "waiting for 'Legal review'".
std::string NameOf(const Change& change, const LogSnapshot& log);
// "14.2 days"; where they are `business` "4.2 wd" of a working day or more, below that "3.5 open
// hours", "5.0 open minutes".
std::string SpanText(double seconds, const WordOptions& options);
// The change and its verdict in a sentence or two, all of its values in one unit (that of a span,
// "82 %", "3.40", "41"). `measures`: that are compared.
std::string SentenceOf(const Change& change, const LogSnapshot& log, const WordOptions& options,
                       size_t measures);

struct FixWords {
  std::string title;
  std::vector<std::string> evidence;  // a sentence each
  std::string look;                   // the command that shows it
  std::string measure;                // of the proof: what is measured
  std::string proof;                  // what would prove it, in a sentence or two
  std::string command;                // starts the improvement project; "" where none can tell
};
FixWords WordsOf(const Fix& fix, const LogSnapshot& log, const Facts& facts, const Windows& windows,
                 const WordOptions& options);

// Weeks or months that make a period, at most.
inline constexpr int kMostPeriods = 52;

// Why there is no fix, in a sentence. The period is of so many weeks or months.
std::string NoFixText(const Fixes& fixes, const Facts& facts, const Windows& windows, int periods);

// A span as flags take it: "3d4h"; at least a second. Of a calendar, whose days have no length:
// "76h".
std::string SpanFlag(double seconds, bool business = false);
// An effect as a flag states it: rounded down, to minutes from ten of them on; to thousandths.
double SecondsFlag(double seconds);
double TimesFlag(double times);
// As one word of a POSIX shell: "legal", "'Legal review'".
std::string ShellWord(const std::string& text);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WORDS_H_

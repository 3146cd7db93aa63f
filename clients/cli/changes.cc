// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/changes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/list.h"
#include "clients/cli/units.h"

namespace plumbline::cli {

void Lines::Add(absl::string_view name, absl::string_view text) const {
  if (text.empty()) return;
  std::string line = name.empty() ? "" : absl::StrCat(name, ":");
  line.resize(std::max(line.size() + 1, column_), ' ');
  absl::StrAppend(&line, Printable(text));
  paper_.out << (wraps_ ? Wrap(line, paper_.width, column_) : line) << "\n";
}

std::string EditedText(const google::protobuf::Timestamp& time, const std::string& author) {
  if (author.empty()) return When(time);
  return absl::StrCat(When(time), time.seconds() == 0 ? "by " : " by ", author);
}

absl::Status Answer(Session& session, const google::protobuf::Message& message,
                    absl::FunctionRef<void()> show) {
  if (session.json()) {
    session.PrintJson(message);
  } else {
    show();
  }
  return absl::OkStatus();
}

void ShowDone(Session& session, const std::string& name, bool dry_run, absl::string_view done,
              absl::string_view then) {
  session.out() << IdOf(name) << (dry_run ? ": would be " : ": ") << done << (dry_run ? "" : then)
                << "\n";
}

void ShowDryRun(Session& session, bool dry_run) {
  if (dry_run && !session.json()) session.out() << "\nDry run: nothing was written.\n";
}

}  // namespace plumbline::cli

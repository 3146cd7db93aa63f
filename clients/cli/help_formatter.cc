// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/help_formatter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/terminal.h"

namespace plumbline::cli {
namespace {

constexpr size_t kUsualWidth = 80;
constexpr size_t kMostWidth = 100;
constexpr size_t kIndent = 2;
constexpr size_t kWidestName = 26;

using Rows = std::vector<std::pair<std::string, std::string>>;

size_t HelpWidth() {
  const size_t width = TerminalWidth();
  return width == 0 ? kUsualWidth : std::min(width, kMostWidth);
}

// Names and what they are, in two columns; a name that is too wide gets a line of its own.
std::string TwoColumns(const Rows& rows, size_t widest_name) {
  size_t column = 0;
  for (const auto& [name, text] : rows) {
    if (DisplayWidth(name) <= widest_name) column = std::max(column, DisplayWidth(name));
  }
  const size_t margin = kIndent + column + 2;
  std::string out;
  for (const auto& [name, text] : rows) {
    std::string line = std::string(kIndent, ' ') + name;
    if (DisplayWidth(name) > column) {
      absl::StrAppend(&out, line, "\n");
      line.clear();
    }
    line.resize(line.size() + margin - DisplayWidth(line), ' ');
    const std::string wrapped =
        Wrap(absl::StrCat(std::string(margin, ' '), text), HelpWidth(), margin);
    absl::StrAppend(&out, line, absl::string_view(wrapped).substr(margin), "\n");
  }
  return out;
}

// "-w, --workspace ID"; "--edges N"; "FILE...".
std::string NameOf(const CLI::Option& option) {
  std::string name = option.get_positional() ? option.get_name(true) : "";
  if (!option.get_positional()) {
    for (const std::string& one : option.get_snames()) absl::StrAppend(&name, "-", one, ", ");
    for (const std::string& one : option.get_lnames()) absl::StrAppend(&name, "--", one, ", ");
    name.resize(name.size() - 2);
    if (!option.get_option_text().empty()) absl::StrAppend(&name, " ", option.get_option_text());
  } else if (option.get_expected_max() >= CLI::detail::expected_max_vector_size) {
    name += "...";
  }
  return name;
}

Rows RowsOf(const CLI::App& app, const std::string& group, bool positional) {
  Rows rows;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() != group || option->get_positional() != positional) continue;
    std::string text = option->get_description();
    if (!option->get_envname().empty()) absl::StrAppend(&text, " [$", option->get_envname(), "]");
    rows.emplace_back(NameOf(*option), text);
  }
  return rows;
}

std::string Usage(const CLI::App& app, const std::string& name) {
  std::string usage = absl::StrCat("Usage: ", name);
  bool more = false;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      absl::StrAppend(&usage, " ", option->get_required() ? "" : "[", NameOf(*option),
                      option->get_required() ? "" : "]");
    }
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) continue;
    if (option->get_required()) {
      absl::StrAppend(&usage, " ", NameOf(*option));
    } else {
      more |= option != app.get_help_ptr();
    }
  }
  if (!app.get_subcommands(nullptr).empty()) absl::StrAppend(&usage, " COMMAND");
  if (more) absl::StrAppend(&usage, " [OPTIONS]");
  return Wrap(usage, HelpWidth(), 7 + name.size() + 1) + "\n";
}

std::string Commands(const CLI::App& app) {
  std::vector<std::string> groups;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    const std::string& group = command->get_group();
    if (!group.empty() && std::find(groups.begin(), groups.end(), group) == groups.end())
      groups.push_back(group);
  }
  std::string out;
  for (const std::string& group : groups) {
    Rows rows;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
      if (command->get_group() == group)
        rows.emplace_back(command->get_name(), command->get_description());
    }
    // Commands below another take its group along.
    absl::StrAppend(&out, "\n", app.get_parent() != nullptr ? "Commands" : group, ":\n",
                    TwoColumns(rows, kWidestName));
  }
  return out;
}

// Lines that are indented stand as they are; the others are prose.
std::string Footer(const std::string& footer) {
  std::string out;
  for (const absl::string_view line : absl::StrSplit(footer, '\n')) {
    absl::StrAppend(
        &out, absl::StartsWith(line, " ") ? std::string(line) : Wrap(line, HelpWidth(), 0), "\n");
  }
  return out;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode) const {
  std::string out = Wrap(app->get_description(), HelpWidth(), 0) + "\n\n" + Usage(*app, name);
  const Rows arguments = RowsOf(*app, "Options", true);
  if (!arguments.empty())
    absl::StrAppend(&out, "\nArguments:\n", TwoColumns(arguments, kWidestName));
  absl::StrAppend(&out, Commands(*app));
  for (const std::string& group : app->get_groups()) {
    const Rows rows = RowsOf(*app, group, false);
    if (group.empty() || rows.empty()) continue;
    absl::StrAppend(&out, "\n", group, ":\n", TwoColumns(rows, kWidestName));
  }
  if (app->get_parent() != nullptr) {
    absl::StrAppend(&out, "\n",
                    Wrap("With every command: --json, --address HOST:PORT, -w WORKSPACE, --token "
                         "TOKEN, --timeout SECONDS (plumbline --help).",
                         HelpWidth(), 0),
                    "\n");
  }
  if (!app->get_footer().empty()) absl::StrAppend(&out, "\n", Footer(app->get_footer()));
  return out;
}

}  // namespace plumbline::cli

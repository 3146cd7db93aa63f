// SPDX-License-Identifier: Apache-2.0
//
// Completion scripts, made from the command line's own description: a new command or option
// completes without further work.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/commands.h"

namespace plumbline::cli {
namespace {

// Words that may follow `app`: subcommands and long options.
std::string Words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    words.push_back(sub->get_name());
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back(absl::StrCat("--", name));
  }
  return absl::StrJoin(words, " ");
}

// "case" branches for every path of subcommands: "task done) words=...".
void Branches(const CLI::App& app, const std::string& path, std::string* out) {
  absl::StrAppend(out, "    '", path, "') words='", Words(app), "' ;;\n");
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    Branches(*sub, path.empty() ? sub->get_name() : absl::StrCat(path, " ", sub->get_name()), out);
  }
}

// The commands that have commands of their own, as a pattern: "task|tag".
std::string Groups(const CLI::App& app) {
  const auto all = [](const CLI::App*) { return true; };
  std::vector<std::string> groups;
  for (const CLI::App* sub : app.get_subcommands(all)) {
    if (!sub->get_subcommands(all).empty()) groups.push_back(sub->get_name());
  }
  return absl::StrJoin(groups, "|");
}

std::string Bash(const CLI::App& app) {
  std::string branches;
  Branches(app, "", &branches);
  const std::string groups = Groups(app);
  return absl::StrCat(
      "_plumbline() {\n"
      "  local path='' words='' word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case $word in -*) ;; *) [ -z \"$path\" ] && path=$word || { case $path in ",
      groups,
      ") path=\"$path $word\" ;; esac; } ;; esac\n"
      "  done\n"
      "  case $path in\n",
      branches,
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "  [ ${#COMPREPLY[@]} = 0 ] && COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "}\n"
      "complete -o filenames -F _plumbline plumbline\n");
}

std::string Fish(const CLI::App& app) {
  std::string out = "complete -c plumbline -f\n";
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    absl::StrAppend(&out, "complete -c plumbline -n __fish_use_subcommand -a ", sub->get_name(),
                    " -d '", absl::StrReplaceAll(sub->get_description(), {{"'", "\\'"}}), "'\n");
    for (const CLI::Option* option : sub->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        absl::StrAppend(&out, "complete -c plumbline -n '__fish_seen_subcommand_from ",
                        sub->get_name(), "' -l ", name, "\n");
      }
    }
  }
  return out;
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Action* action) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion = app.add_subcommand(
      "completion", "Print a completion script: source <(plumbline completion bash)");
  completion->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([=, &app] {
    *action = [=, &app](Session& s) {
      if (*shell == "fish") {
        s.out() << Fish(app);
      } else {
        // zsh reads bash's scripts through its own adaptor.
        s.out() << (*shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "")
                << Bash(app);
      }
      return absl::OkStatus();
    };
  });
}

}  // namespace plumbline::cli

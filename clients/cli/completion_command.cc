// SPDX-License-Identifier: Apache-2.0
//
// Completion: small scripts that ask this very program what may stand at the cursor.
#include <stdlib.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/complete.h"
#include "clients/cli/help.h"
#include "common/base/clock.h"

namespace plumbline::cli {
namespace {

// A shell that waits is worse than one that completes nothing.
constexpr double kPatienceSeconds = 1;

// bash breaks words at ":", "=" and "@" too: it replaces only what follows the last of them.
constexpr char kBash[] = R"sh(_plumbline() {
  local line=${COMP_LINE:0:COMP_POINT} words=() current before='' word files='' c
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=${words[${#words[@]} - 1]}
  for c in '@' ':' '='; do
    [[ $COMP_WORDBREAKS == *"$c"* ]] || continue
    word=${current%"${current##*"$c"}"}
    [ ${#word} -gt ${#before} ] && before=$word
  done
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    if [ "$word" = ':files' ]; then files=1; else COMPREPLY+=("${word#"$before"}"); fi
  done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
  if [ -n "$files" ]; then
    compopt -o filenames
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  fi
  [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -F _plumbline plumbline
)sh";

constexpr char kZsh[] = R"sh(#compdef plumbline
_plumbline() {
  local -a lines values shown parts shown_parts
  local line value text files
  lines=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  for line in "${(@)lines}"; do
    [[ -z $line ]] && continue
    if [[ $line == :files ]]; then files=1; continue; fi
    value=${line%%$'\t'*} text=${line#*$'\t'}
    [[ $text == $line || -z $text ]] && text=$value || text="$value  -- $text"
    if [[ $value == */ ]]; then parts+=("$value") shown_parts+=("$text")
    else values+=("$value") shown+=("$text"); fi
  done
  (( $#parts )) && compadd -l -S '' -d shown_parts -a parts
  (( $#values )) && compadd -l -d shown -a values
  [[ -n $files ]] && _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _plumbline plumbline
)sh";

constexpr char kFish[] = R"sh(function __plumbline_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l program $words[1]
  set -e words[1]
  for line in (command $program __complete $words "$current" 2>/dev/null)
    if test "$line" = ':files'
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c plumbline -f -a '(__plumbline_complete)'
)sh";

// What the words up to the cursor say about the connection, then the environment.
GlobalOptions OptionsOf(const CLI::App& app, const Typed& typed) {
  GlobalOptions options;
  const auto take = [&](const std::string& name, std::string* out) {
    const CLI::Option* option = app.get_option_no_throw(absl::StrCat("--", name));
    const char* said = option == nullptr ? nullptr : ::getenv(option->get_envname().c_str());
    if (said != nullptr) *out = said;
    if (const auto it = typed.options.find(name); it != typed.options.end()) *out = it->second;
  };
  take("address", &options.address);
  take("workspace", &options.workspace);
  take("token", &options.token);
  take("ca-file", &options.ca_file);
  take("certificate-file", &options.certificate_file);
  take("key-file", &options.key_file);
  options.timeout_seconds = kPatienceSeconds;
  return options;
}

}  // namespace

void AnswerCompletion(const CLI::App& app, const std::vector<std::string>& words, std::ostream& out,
                      std::ostream& err) {
  const base::SystemClock clock;
  const Typed typed = TakeApart(app, words);
  Session session(OptionsOf(app, typed), clock, Paper{out}, err);
  const Completion completion = Complete(app, typed, AskService(session));
  if (completion.files) out << ":files\n";
  for (const Known& value : completion.values)
    out << value.id << '\t' << Printable(value.title) << '\n';
}

void AddCompletionCommand(args::Command& app, Action* action) {
  auto shell = std::make_shared<std::string>();
  args::Command* completion =
      app.add_subcommand("completion", "Print a script that completes commands, options and ids");
  completion->group("Shell");
  completion->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(args::IsMember({"bash", "zsh", "fish"}));
  AddExamples(*completion,
              {{"source <(plumbline completion bash)", "in ~/.bashrc"},
               {"source <(plumbline completion zsh)", "in ~/.zshrc"},
               {"plumbline completion fish > ~/.config/fish/completions/plumbline.fish", ""}});
  completion->callback([=] {
    *action = [=](Session& s) {
      s.out() << (*shell == "bash" ? kBash : *shell == "zsh" ? kZsh : kFish);
      return absl::OkStatus();
    };
  });
}

}  // namespace plumbline::cli

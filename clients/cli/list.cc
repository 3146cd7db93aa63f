// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/list.h"

#include <cctype>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"

namespace plumbline::cli {
namespace {

// Names of resources are whole ones in filters.
const char* AboutNames(absl::string_view fields) {
  return absl::StartsWith(fields, "name") || absl::StrContains(fields, ", name")
             ? ". A name is the whole of it: name = \"workspaces/WORKSPACE/COLLECTION/ID\"; a part "
               "of it, the workspace and the collection included: name:ID; of the id alone: name = "
               "\"*/COLLECTION/*PART*\""
             : "";
}

}  // namespace

void AddFilterOptions(args::Command& command, const char* fields, std::string* filter,
                      std::string* order_by) {
  Takes(command.add_option("--filter", *filter,
                           absl::StrCat("Only what fits: fields with = != < <= > >=, with : for "
                                        "\"contains\", :* for \"is set\"; AND, OR (binds "
                                        "tighter), NOT or -, parentheses. Fields: ",
                                        fields, AboutNames(fields))),
        "FILTER");
  Takes(command.add_option("--order-by", *order_by,
                           "Fields, each with \" desc\" where it is to fall; commas between them"),
        "FIELDS");
}

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

std::string StateWord(std::string name) {
  name = name.substr(name.find('_') + 1);
  for (char& c : name)
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

void PrintRows(Session& session, const google::protobuf::Message& page) {
  const auto& type = *page.GetDescriptor();
  const auto& reflection = *page.GetReflection();
  for (int f = 0; f < type.field_count(); ++f) {
    const auto* field = type.field(f);
    if (!field->is_repeated() || field->message_type() == nullptr) continue;
    for (int i = 0; i < reflection.FieldSize(page, field); ++i)
      session.PrintJsonLine(reflection.GetRepeatedMessage(page, field, i));
  }
}

void ShowList(Session& session, const Table& table, absl::string_view nothing, bool more) {
  if (!session.json() && table.empty()) session.out() << nothing << '\n';
  if (!session.json() && !table.empty()) table.Print(session.paper());
  session.out().flush();
  if (more) session.err() << "there is more: raise --limit\n";
}

args::Command* AddListKind(args::Command& list, Action* action,
                           std::shared_ptr<ListOptions> options, const ListKind& kind) {
  args::Command* command = list.add_subcommand(kind.name, kind.help);
  if (*kind.of != '\0')
    command->add_option(kind.of, options->of, kind.of_help)->required(kind.of_required);
  Takes(command->add_option("--limit", options->limit, "At most so many rows (default: 1000)"), "N")
      ->check(args::Range(1, 10'000'000));
  if (*kind.fields != '\0')
    AddFilterOptions(*command, kind.fields, &options->filter, &options->order_by);
  if (!kind.examples.empty()) AddExamples(*command, kind.examples);
  command->callback(
      [=, run = kind.run] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

}  // namespace plumbline::cli

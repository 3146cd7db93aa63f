// SPDX-License-Identifier: Apache-2.0
//
// Services speak of the fields of their requests; people typed flags, arguments and files. This
// says one in the words of the other. (--json keeps the services' words.)
#ifndef PLUMBLINE_CLIENTS_CLI_WORDING_H_
#define PLUMBLINE_CLIENTS_CLI_WORDING_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "google/protobuf/message.h"

namespace plumbline::cli {

// Used by one thread.
class Wording {
 public:
  // `names` with "workspaces/{workspace}/" in front are shown without it.
  explicit Wording(const std::string& workspace);
  void SetWorkspace(const std::string& workspace);

  // The field of the request (its proto path) is what was typed as `word`: {"onboarding.day_one",
  // "--day-one"}. Holds for the fields below it too. Later ones replace earlier ones. "" is for a
  // field whose sentences say where in a file they mean.
  void Call(const std::vector<std::pair<std::string, std::string>>& words);

  // The request was made of this file: fields below `prefix` ("process") have a place in `text`.
  void InFile(const std::string& path, const std::string& text, const std::string& prefix);
  // The file that was named last, or "".
  const std::string& file() const { return file_; }

  // "--day-one" of "onboarding.day_one"; "--assign hr" of "onboarding.assignees[hr]"; "--link
  // (no. 1)" of "links[0].uri"; a field that nobody gave a word stays.
  std::string Field(absl::string_view field) const;

  // One violation as a line: "--day-one: '2026-02-30' is no date ...", or "line 12, column 9:
  // root.step.role: is empty ...".
  std::string Violation(const base::FieldViolation& violation) const;

  // A sentence of a service: without the workspace in names, fields and methods as they are typed,
  // states as tables show them. A field is what stands in backquotes; also a word with "_" or "."
  // in it that was given a word, by itself ("until_time") or below what surrounds `field`, of which
  // the sentence is: "end_time" of "window.start_time" is "window.end_time".
  std::string Sentence(absl::string_view text, absl::string_view field = "") const;

  // The fields in the notes, warnings, verdicts and reasons of an answer of analytics, as typed.
  void Apply(google::protobuf::Message* answer) const;

 private:
  // What a bare word is called, if it is a field.
  std::optional<std::string> Known(absl::string_view word, absl::string_view field) const;
  // `text` with its fields as typed, and all other words as `other` says them.
  std::string Replace(absl::string_view text, absl::string_view field,
                      absl::FunctionRef<std::string(absl::string_view)> other) const;

  std::string workspace_;  // "workspaces/{workspace}/"
  std::map<std::string, std::string, std::less<>> words_;
  std::string file_, text_, prefix_;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_WORDING_H_

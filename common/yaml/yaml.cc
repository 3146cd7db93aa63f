// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/yaml.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/yaml/document.h"
#include "common/yaml/reader.h"
#include "common/yaml/scalar.h"
#include "common/yaml/text.h"

namespace plumbline::yaml {
namespace {

absl::Status StatusOf(absl::string_view source, const std::vector<Problem>& problems) {
  const auto describe = [](const Problem& problem) {
    return absl::StrCat("line ", problem.position.line, ", column ", problem.position.column, ": ",
                        problem.description);
  };
  std::string message = absl::StrCat(source, ": ", describe(problems[0]));
  if (!problems[0].field.empty()) absl::StrAppend(&message, " (", problems[0].field, ")");
  if (problems.size() > 1) absl::StrAppend(&message, "; and ", problems.size() - 1, " more");
  base::Error error(base::Reason::ERROR_REASON_FIELD_INVALID, message);
  for (const Problem& problem : problems) error.Field(problem.field, describe(problem));
  return error;
}

}  // namespace

absl::Status Parse(absl::string_view source, absl::string_view text,
                   google::protobuf::Message* message) {
  message->Clear();
  Value root;
  std::vector<Problem> problems;
  ReadDocument(text, &root, &problems);
  if (problems.empty()) ReadMessage(root, message, &problems);
  if (problems.empty()) return absl::OkStatus();
  message->Clear();
  return StatusOf(source, problems);
}

absl::StatusOr<std::string> ReadKey(absl::string_view source, absl::string_view text,
                                    absl::string_view key) {
  Value root;
  std::vector<Problem> problems;
  ReadDocument(text, &root, &problems, key);
  if (!problems.empty()) return StatusOf(source, problems);
  if (root.kind != ValueKind::kMap) return std::string();
  for (size_t i = 0; i + 1 < root.children.size(); i += 2) {
    const Value& value = root.children[i + 1];
    if (root.children[i].text == key && value.kind == ValueKind::kScalar) return value.text;
  }
  return std::string();
}

absl::Status ParseScalar(absl::string_view source, absl::string_view text,
                         const google::protobuf::FieldDescriptor& field,
                         google::protobuf::Message* message) {
  std::vector<Problem> problems;
  std::string normal;
  if (!NormalizeText(text, &normal, &problems)) {
    return base::FieldError(source, problems[0].description);
  }
  const bool scalar = field.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE;
  const std::string expected =
      scalar ? SetScalar(field, text, false, message)
             : SetScalarMessage(text, false,
                                message->GetReflection()->MutableMessage(message, &field));
  if (expected.empty()) return absl::OkStatus();
  return base::FieldError(source,
                          absl::StrCat(expected, ", found '", absl::Utf8SafeCEscape(text), "'"));
}

bool IsScalar(const google::protobuf::FieldDescriptor& field) {
  return !field.is_repeated() &&
         (field.cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE ||
          IsScalarMessage(*field.message_type()));
}

}  // namespace plumbline::yaml

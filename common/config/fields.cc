// SPDX-License-Identifier: Apache-2.0
#include "common/config/fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/yaml/yaml.h"

namespace plumbline::config {
namespace {

using google::protobuf::Descriptor;

void Collect(const Descriptor& type, const Field& above, std::vector<Field>* fields) {
  for (int i = 0; i < type.field_count(); ++i) {
    Field field = above;
    field.way.push_back(type.field(i));
    absl::StrAppend(&field.path, above.path.empty() ? "" : ".", type.field(i)->name());
    field.file_only = type.field(i)->is_repeated();
    if (field.file_only || yaml::IsScalar(*type.field(i))) {
      fields->push_back(std::move(field));
    } else {
      Collect(*type.field(i)->message_type(), field, fields);
    }
  }
}

}  // namespace

std::string Field::Variable() const {
  return absl::StrCat("PLUMBLINE_", absl::AsciiStrToUpper(absl::StrReplaceAll(path, {{".", "_"}})));
}

google::protobuf::Message* Field::Holder(google::protobuf::Message* config) const {
  for (size_t i = 0; i + 1 < way.size(); ++i) {
    config = config->GetReflection()->MutableMessage(config, way[i]);
  }
  return config;
}

std::vector<Field> FieldsOf(const Descriptor& type) {
  std::vector<Field> fields;
  Collect(type, Field(), &fields);
  return fields;
}

const Field* FindPath(const std::vector<Field>& fields, absl::string_view path) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.path == path; });
  return found == fields.end() ? nullptr : &*found;
}

const Field* FindVariable(const std::vector<Field>& fields, absl::string_view variable) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.Variable() == variable; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace plumbline::config

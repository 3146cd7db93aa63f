// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/process_rules.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/flow/aims.h"
#include "common/flow/proto/convert.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

constexpr size_t kMaxLabels = 64;

using Violations = std::vector<base::FieldViolation>;

void AddText(absl::string_view path, absl::string_view field, absl::string_view text, size_t min,
             size_t max, Violations* violations) {
  const std::string fault = CheckText(text, min, max);
  if (!fault.empty()) violations->push_back({absl::StrCat(path, ".", field), fault});
}

void CheckAttributes(const catalog::v1::Process& process, absl::string_view path,
                     Violations* violations) {
  const std::string field = absl::StrCat(path, ".attributes");
  for (int i = 0; i < process.attributes_size(); ++i) {
    const catalog::v1::Attribute::Type type = process.attributes(i).type();
    if (catalog::v1::Attribute::Type_IsValid(type) &&
        type != catalog::v1::Attribute::TYPE_UNSPECIFIED)
      continue;
    if (violations->size() < kMaxViolations)
      violations->push_back({absl::StrCat(field, "[", i, "].type"),
                             "is required: TYPE_NUMBER, TYPE_MONEY, TYPE_ENUM, ..."});
  }
  ValidateAttributes(AttributesFromProto(process.attributes()), field, violations);
}

}  // namespace

void CheckLabels(const google::protobuf::Map<std::string, std::string>& labels,
                 absl::string_view path, Violations* violations) {
  if (labels.size() > kMaxLabels) {
    violations->push_back(
        {absl::StrCat(path, ".labels"),
         absl::StrCat("has ", labels.size(), " entries; it takes up to ", kMaxLabels)});
    return;
  }
  // The order of a proto map is random; a sorted copy gives the same list every time.
  const std::map<std::string, std::string> sorted(labels.begin(), labels.end());
  for (const auto& [key, value] : sorted) {
    const std::string field = absl::StrCat("labels['", ShortenText(key), "']");
    if (!base::IsValidId(key)) {
      violations->push_back({absl::StrCat(path, ".", field),
                             absl::StrCat("has a key that is not an id: ", base::kIdRule)});
    }
    AddText(path, field, value, 0, 200, violations);
  }
}

Violations ValidateProcess(const catalog::v1::Process& process, absl::string_view path) {
  Violations violations;
  AddText(path, "title", process.title(), 1, 200, &violations);
  AddText(path, "purpose", process.purpose(), 0, 4000, &violations);
  AddText(path, "owner", process.owner(), 1, 200, &violations);
  if (process.has_target()) {
    const BusinessDuration target = {.days = process.target().days(),
                                     .minutes = process.target().minutes()};
    CheckDuration(target, absl::StrCat(path, ".target"), &violations);
  }
  CheckLabels(process.labels(), path, &violations);
  CheckAttributes(process, path, &violations);
  const std::string root = absl::StrCat(path, ".root");
  if (!process.has_root()) {
    violations.push_back({root, "is required: the tree of steps"});
  } else {
    Violations of_tree;
    ProcessContent content;
    content.root = FromProto(process.root(), root, &of_tree);
    const Node& tree = content.root;
    if (of_tree.empty()) {
      AimsFromProto(process, &content);
      ValidateAims(content, path, &violations);
      // Of attributes that are wrong, conditions are judged by what can be told of them.
      const std::vector<Attribute> attributes = AttributesFromProto(process.attributes());
      of_tree = Validate(tree, SchemaOf(attributes), root);
    }
    violations.insert(violations.end(), of_tree.begin(), of_tree.end());
  }
  if (violations.size() > kMaxViolations) violations.resize(kMaxViolations);
  return violations;
}

}  // namespace plumbline::flow

// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/message_changes.h"

#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "clients/cli/table.h"
#include "google/protobuf/util/message_differencer.h"

namespace plumbline::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::MessageDifferencer;

// Longest text and longest value that a line shows, in characters.
constexpr size_t kLongestText = 60;
constexpr size_t kLongestValue = 100;

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", Shorten(absl::StrReplaceAll(text, {{"\n", " "}}), kLongestText), "'");
}

std::string Fields(const Message& message);

// One element of a list (`index`), or the value of a field (-1).
std::string Element(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& r = *message.GetReflection();
  const bool in_list = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Quoted(in_list ? r.GetRepeatedString(message, &field, index)
                            : r.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fields(in_list ? r.GetRepeatedMessage(message, &field, index)
                            : r.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (in_list ? r.GetRepeatedBool(message, &field, index) : r.GetBool(message, &field))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return (in_list ? r.GetRepeatedEnum(message, &field, index) : r.GetEnum(message, &field))
          ->name();
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(in_list ? r.GetRepeatedDouble(message, &field, index)
                                  : r.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(in_list ? r.GetRepeatedInt64(message, &field, index)
                                  : r.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(in_list ? r.GetRepeatedInt32(message, &field, index)
                                  : r.GetInt32(message, &field));
    default:
      return "...";  // of no kind that files hold
  }
}

// The value of a field: "'text'", "7", "['a', 'b']", "{days: 6}", or "none".
std::string Value(const Message& message, const FieldDescriptor& field) {
  const Reflection& r = *message.GetReflection();
  if (!field.is_repeated()) {
    const bool set = !field.has_presence() || r.HasField(message, &field);
    return set ? Shorten(Element(message, field, -1), kLongestValue) : "none";
  }
  std::vector<std::string> elements;
  for (int i = 0; i < r.FieldSize(message, &field); ++i)
    elements.push_back(Element(message, field, i));
  return elements.empty()
             ? "none"
             : Shorten(absl::StrCat("[", absl::StrJoin(elements, ", "), "]"), kLongestValue);
}

// "{days: 6}"
std::string Fields(const Message& message) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  std::vector<std::string> parts;
  for (const FieldDescriptor* field : set)
    parts.push_back(absl::StrCat(field->json_name(), ": ", Value(message, *field)));
  return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
}

// By what the elements of a list of messages are told apart: the key of a map, or an id.
const FieldDescriptor* KeyOf(const FieldDescriptor& field) {
  if (!field.is_repeated() || field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return nullptr;
  if (field.is_map()) return field.message_type()->map_key();
  const FieldDescriptor* id = field.message_type()->FindFieldByName("id");
  return id != nullptr && id->cpp_type() == FieldDescriptor::CPPTYPE_STRING ? id : nullptr;
}

class Comparison {
 public:
  std::vector<std::string> lines;

  void Compare(const Message& before, const Message& after, const std::string& prefix) {
    const auto& type = *before.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i)
      CompareField(before, after, *type.field(i), prefix);
  }

 private:
  void CompareField(const Message& before, const Message& after, const FieldDescriptor& field,
                    const std::string& prefix) {
    const std::string name = absl::StrCat(prefix, field.json_name());
    const Reflection& r = *before.GetReflection();
    if (const FieldDescriptor* key = KeyOf(field); key != nullptr) {
      CompareElements(before, after, field, *key, name);
      return;
    }
    const bool inner = !field.is_repeated() &&
                       field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       r.HasField(before, &field) && r.HasField(after, &field);
    if (inner) {
      Compare(r.GetMessage(before, &field), r.GetMessage(after, &field), absl::StrCat(name, "."));
      return;
    }
    MessageDifferencer differencer;
    if (differencer.CompareWithFields(before, after, {&field}, {&field})) return;
    lines.push_back(absl::StrCat(name, ": ", Value(before, field), " -> ", Value(after, field)));
  }

  // By key, with the place in the list.
  static std::map<std::string, int> ByKey(const Message& message, const FieldDescriptor& field,
                                          const FieldDescriptor& key) {
    std::map<std::string, int> elements;
    const Reflection& r = *message.GetReflection();
    for (int i = 0; i < r.FieldSize(message, &field); ++i) {
      const Message& element = r.GetRepeatedMessage(message, &field, i);
      elements[element.GetReflection()->GetString(element, &key)] = i;
    }
    return elements;
  }

  void CompareElements(const Message& before, const Message& after, const FieldDescriptor& field,
                       const FieldDescriptor& key, const std::string& name) {
    const auto was = ByKey(before, field, key);
    const auto is = ByKey(after, field, key);
    const auto path = [&](const std::string& id) {
      return field.is_map() ? absl::StrCat(name, ".", id) : absl::StrCat(name, "[", id, "]");
    };
    for (const auto& [id, index] : was) {
      if (!is.contains(id)) lines.push_back(absl::StrCat("- ", path(id)));
    }
    bool in_order = was.size() == is.size();
    for (const auto& [id, index] : is) {
      const auto old = was.find(id);
      if (old == was.end()) {
        lines.push_back(absl::StrCat("+ ", path(id), ": ", Element(after, field, index)));
        continue;
      }
      in_order = in_order && old->second == index;
      Compare(before.GetReflection()->GetRepeatedMessage(before, &field, old->second),
              after.GetReflection()->GetRepeatedMessage(after, &field, index),
              absl::StrCat(path(id), "."));
    }
    if (!field.is_map() && was.size() == is.size() && !in_order && SameKeys(was, is))
      lines.push_back(absl::StrCat(name, ": in another order"));
  }

  static bool SameKeys(const std::map<std::string, int>& a, const std::map<std::string, int>& b) {
    std::set<std::string> keys;
    for (const auto& [id, index] : a) keys.insert(id);
    for (const auto& [id, index] : b) keys.erase(id);
    return keys.empty();
  }
};

}  // namespace

std::vector<std::string> MessageChanges(const Message& before, const Message& after) {
  Comparison comparison;
  comparison.Compare(before, after, "");
  return std::move(comparison.lines);
}

}  // namespace plumbline::cli

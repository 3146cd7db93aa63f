// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/reader.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/nearest.h"
#include "common/yaml/scalar.h"

namespace plumbline::yaml {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const char* NameOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNull:
      return "nothing";
    case ValueKind::kScalar:
      return "a single value";
    case ValueKind::kList:
      return "a list";
    case ValueKind::kMap:
      return "keys and values";
  }
  return "";
}

// A key or value as an error message shows it.
std::string Shown(absl::string_view text) {
  constexpr size_t kLongest = 60;
  if (text.size() <= kLongest) return absl::StrCat("'", absl::Utf8SafeCEscape(text), "'");
  size_t end = kLongest;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat("'", absl::Utf8SafeCEscape(text.substr(0, end)), "...'");
}

// The way to a field: few are ever told, so it is put into words only then. Each lives as long as
// what is below it is read.
struct Path {
  const Path* parent = nullptr;  // nullptr: the document
  const FieldDescriptor* field = nullptr;
  size_t index = 0;            // of a list's element,
  const Value* key = nullptr;  // of a map's entry,
  enum { kDocument, kField, kElement, kEntry } kind = kDocument;

  std::string Text() const {
    switch (kind) {
      case kField: {
        const std::string above = parent->Text();
        return above.empty() ? field->name() : absl::StrCat(above, ".", field->name());
      }
      case kElement:
        return absl::StrCat(parent->Text(), "[", index, "]");
      case kEntry:
        return absl::StrCat(parent->Text(), "[", Shown(key->text), "]");
      default:
        return "";
    }
  }
};

// The fields of a message that were seen.
class Seen {
 public:
  explicit Seen(const Descriptor& type) : more_(type.field_count() > 64 ? type.field_count() : 0) {}
  // False if it was seen before.
  bool Insert(const FieldDescriptor& field) {
    const auto index = static_cast<size_t>(field.index());
    if (!more_.empty()) return !std::exchange(more_[index], 1);
    const uint64_t bit = uint64_t{1} << index;
    return (std::exchange(few_, few_ | bit) & bit) == 0;
  }

 private:
  uint64_t few_ = 0;
  std::vector<char> more_;
};

class Reader {
 public:
  explicit Reader(std::vector<Problem>* problems) : problems_(problems) {}

  // `path` is that of the message itself. The depth of the document bounds the recursion.
  void Fill(const Value& value, const Path& path, Message* message) {
    const Descriptor& type = *message->GetDescriptor();
    if (IsScalarMessage(type)) {
      if (!Is(ValueKind::kScalar, value, path)) return;
      Expect(value, path, SetScalarMessage(value.text, value.quoted, message));
      return;
    }
    if (type.file()->package() == "google.protobuf" && type.name() != "Empty") {
      Note(value, path, absl::StrCat(type.full_name(), " cannot be written in YAML"));
      return;
    }
    if (Is(ValueKind::kMap, value, path)) FillFields(value, path, message);
  }

 private:
  void Note(const Value& at, const Path& field, absl::string_view what) {
    if (problems_->size() < kMaxProblems) {
      problems_->push_back({at.position, field.Text(), std::string(what)});
    }
  }

  void Expect(const Value& value, const Path& path, const std::string& expected) {
    if (!expected.empty()) Note(value, path, absl::StrCat(expected, ", found ", Shown(value.text)));
  }

  bool Is(ValueKind kind, const Value& value, const Path& path) {
    if (value.kind == kind) return true;
    Note(value, path, absl::StrCat("expected ", NameOf(kind), ", found ", NameOf(value.kind)));
    return false;
  }

  const FieldDescriptor* Find(const Descriptor& type, const std::string& name) {
    if (const auto* field = type.FindFieldByName(name)) return field;
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->json_name() == name) return type.field(i);
    }
    return nullptr;
  }

  void NoteUnknown(const Value& key, const Path& path, const Descriptor& type) {
    std::vector<std::string> names;
    for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->json_name());
    std::string hint = base::DidYouMean(key.text, names);
    if (hint.empty()) hint = absl::StrCat("; possible: ", Join(names));
    Note(key, path, absl::StrCat("unknown key ", Shown(key.text), hint));
  }

  static std::string Join(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) absl::StrAppend(&all, all.empty() ? "" : ", ", name);
    return all;
  }

  void FillFields(const Value& map, const Path& path, Message* message) {
    Seen seen(*message->GetDescriptor());
    for (size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const Value& key = map.children[i];
      const Value& value = map.children[i + 1];
      if (!Is(ValueKind::kScalar, key, path)) continue;
      const auto* field = Find(*message->GetDescriptor(), key.text);
      if (field == nullptr) {
        NoteUnknown(key, path, *message->GetDescriptor());
        continue;
      }
      const Path below{.parent = &path, .field = field, .kind = Path::kField};
      if (!seen.Insert(*field)) {
        Note(key, below, absl::StrCat("key ", Shown(key.text), " is given twice"));
      } else if (value.kind != ValueKind::kNull && OneofIsFree(key, below, *field, *message)) {
        FillField(*field, value, below, message);
      }
    }
  }

  bool OneofIsFree(const Value& key, const Path& path, const FieldDescriptor& field,
                   const Message& message) {
    if (field.real_containing_oneof() == nullptr) return true;
    const auto* other =
        message.GetReflection()->GetOneofFieldDescriptor(message, field.real_containing_oneof());
    if (other == nullptr) return true;
    Note(key, path,
         absl::StrCat("'", field.json_name(), "' and '", other->json_name(),
                      "' exclude each other; give one of them"));
    return false;
  }

  void FillField(const FieldDescriptor& field, const Value& value, const Path& path,
                 Message* message) {
    const auto& reflection = *message->GetReflection();
    if (field.is_map()) {
      FillMap(field, value, path, message);
    } else if (field.is_repeated()) {
      FillList(field, value, path, message);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(value, path, reflection.MutableMessage(message, &field));
    } else if (Is(ValueKind::kScalar, value, path)) {
      Expect(value, path, SetScalar(field, value.text, value.quoted, message));
    }
  }

  void FillList(const FieldDescriptor& field, const Value& list, const Path& path,
                Message* message) {
    if (!Is(ValueKind::kList, list, path)) return;
    for (size_t i = 0; i < list.children.size(); ++i) {
      const Value& value = list.children[i];
      const Path below{.parent = &path, .index = i, .kind = Path::kElement};
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Fill(value, below, message->GetReflection()->AddMessage(message, &field));
      } else if (Is(ValueKind::kScalar, value, below)) {
        Expect(value, below, SetScalar(field, value.text, value.quoted, message));
      }
    }
  }

  // Map fields are lists of entry messages {key = 1, value = 2} to reflection.
  void FillMap(const FieldDescriptor& field, const Value& map, const Path& path, Message* message) {
    if (!Is(ValueKind::kMap, map, path)) return;
    const FieldDescriptor& key_field = *field.message_type()->map_key();
    const FieldDescriptor& value_field = *field.message_type()->map_value();
    std::set<std::string> seen;
    for (size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const Value& key = map.children[i];
      const Value& value = map.children[i + 1];
      if (!Is(ValueKind::kScalar, key, path)) continue;
      const Path below{.parent = &path, .key = &key, .kind = Path::kEntry};
      if (!seen.insert(key.text).second) {
        Note(key, below, absl::StrCat("key ", Shown(key.text), " is given twice"));
        continue;
      }
      Message* entry = message->GetReflection()->AddMessage(message, &field);
      // JSON's keys are always quoted, also those that are booleans.
      Expect(key, below, SetScalar(key_field, key.text, false, entry));
      if (value_field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Fill(value, below, entry->GetReflection()->MutableMessage(entry, &value_field));
      } else if (Is(ValueKind::kScalar, value, below)) {
        Expect(value, below, SetScalar(value_field, value.text, value.quoted, entry));
      }
    }
  }

  std::vector<Problem>* problems_;
};

}  // namespace

void ReadMessage(const Value& root, Message* message, std::vector<Problem>* problems) {
  Reader(problems).Fill(root, Path(), message);
}

}  // namespace plumbline::yaml

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/yaml/scalar.h"
#include "common/yaml/text.h"
#include "common/yaml/yaml.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

namespace plumbline::yaml {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::TimeUtil;

constexpr size_t kLineWidth = 100;
// YAML readers need not take a longer key without a "?" before it.
constexpr size_t kLongestPlainKey = 1000;

// Characters that only double quotes can carry: controls, and what some YAML reader takes for a
// line end or a mark.
bool NeedsEscape(uint32_t c) {
  return (c < 0x20 && c != '\n') || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 ||
         c == 0xFEFF || (c >= 0xE000 && c <= 0xF8FF) || c == 0xFFFE || c == 0xFFFF;
}

bool HoldsEscapes(absl::string_view text) {
  while (!text.empty()) {
    uint32_t c = 0;
    const int length = DecodeUtf8(text, &c);
    if (length == 0 || NeedsEscape(c)) return true;
    text.remove_prefix(length);
  }
  return false;
}

// What is not UTF-8 (no proto3 string holds it) becomes U+FFFD.
std::string DoubleQuoted(absl::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    uint32_t c = 0xFFFD;
    const int length = std::max(1, DecodeUtf8(text, &c));
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", text.substr(0, 1));
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (NeedsEscape(c) || c == 0xFFFD) {
      out += c > 0xFF ? absl::StrFormat("\\u%04X", c) : absl::StrFormat("\\x%02X", c);
    } else {
      out.append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  return out + "\"";
}

// Whether `text`, on one line, may stand without quotes.
bool IsPlain(absl::string_view text) {
  static constexpr char kIndicators[] = "!\"#%&'*,:;<=>?@[\\]`{|}~^$ ";
  return !LooksTyped(text) && std::string_view(kIndicators).find(text[0]) == std::string::npos &&
         text.back() != ' ' && text.back() != ':' && text.find('\n') == absl::string_view::npos &&
         text.find(": ") == absl::string_view::npos && text.find(" #") == absl::string_view::npos;
}

// Whether the lines of `text` survive a block scalar as they are.
bool FitsLiteral(absl::string_view text) {
  if (text[0] == ' ' || text[0] == '\n' || text.find('\n') == absl::string_view::npos) return false;
  if (text.size() > 1 && text.substr(text.size() - 2) == "\n\n") return false;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!line.empty() && (line.front() == ' ' || line.back() == ' ')) return false;
  }
  return true;
}

// Whether a line of words can be folded: a break stands for one space.
bool FitsFolded(absl::string_view text) {
  return text.size() > kLineWidth && text.front() != ' ' && text.back() != ' ' &&
         text.find('\n') == absl::string_view::npos && text.find("  ") == absl::string_view::npos;
}

std::string Literal(absl::string_view text, const std::string& margin) {
  const bool ends = text.back() == '\n';
  if (ends) text.remove_suffix(1);
  std::string out = ends ? "|" : "|-";
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&out, "\n", line.empty() ? "" : margin, line);
  }
  return out;
}

std::string Folded(absl::string_view text, const std::string& margin) {
  std::string out = ">-";
  std::string line;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!line.empty() && margin.size() + line.size() + 1 + word.size() > kLineWidth) {
      absl::StrAppend(&out, "\n", margin, line);
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
  }
  return absl::StrCat(out, "\n", margin, line);
}

std::string FormatText(absl::string_view text, const std::string& margin) {
  if (text.empty()) return "\"\"";
  if (HoldsEscapes(text)) return DoubleQuoted(text);
  if (FitsLiteral(text)) return Literal(text, margin);
  if (FitsFolded(text)) return Folded(text, margin);
  return IsPlain(text) ? std::string(text) : DoubleQuoted(text);
}

template <typename Real>
std::string FormatReal(Real value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  return std::string(digits, end.ptr);
}

std::string FormatEnum(const FieldDescriptor& field, int number) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  return value == nullptr ? absl::StrCat(number) : value->name();
}

#define PLUMBLINE_GET(TYPE)                                               \
  (field.is_repeated() ? reflection.GetRepeated##TYPE(message, &field, i) \
                       : reflection.Get##TYPE(message, &field))

// Element `i` of a repeated field, or the singular field (`i` is not used). `margin` is the indent
// of further lines.
std::string FormatScalar(const Message& message, const FieldDescriptor& field, int i,
                         const std::string& margin) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return PLUMBLINE_GET(Bool) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return FormatEnum(field, PLUMBLINE_GET(EnumValue));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(PLUMBLINE_GET(Int32));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(PLUMBLINE_GET(Int64));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(PLUMBLINE_GET(UInt32));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(PLUMBLINE_GET(UInt64));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return FormatReal(PLUMBLINE_GET(Float));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return FormatReal(PLUMBLINE_GET(Double));
    default:
      break;
  }
  const std::string text = PLUMBLINE_GET(String);
  if (field.type() == FieldDescriptor::TYPE_STRING) return FormatText(text, margin);
  return DoubleQuoted(absl::Base64Escape(text));
}

const Message& MessageAt(const Message& message, const FieldDescriptor& field, int i) {
  const Reflection& reflection = *message.GetReflection();
  return PLUMBLINE_GET(Message);
}

#undef PLUMBLINE_GET

template <typename T>
T CopyAs(const Message& message) {
  T copy;
  copy.CopyFrom(message);
  return copy;
}

std::string FormatScalarMessage(const Message& message, const std::string& margin) {
  const std::string& name = message.GetDescriptor()->full_name();
  if (name == "google.protobuf.Duration") {
    return TimeUtil::ToString(CopyAs<google::protobuf::Duration>(message));
  }
  if (name == "google.protobuf.Timestamp") {
    return DoubleQuoted(TimeUtil::ToString(CopyAs<google::protobuf::Timestamp>(message)));
  }
  if (name == "google.protobuf.FieldMask") {
    return DoubleQuoted(absl::StrJoin(CopyAs<google::protobuf::FieldMask>(message).paths(), ","));
  }
  return FormatScalar(message, *message.GetDescriptor()->FindFieldByNumber(1), 0, margin);
}

class Writer {
 public:
  // The fields of `message`, each line indented by `indent`; "" if nothing is set.
  std::string Fields(const Message& message, int indent) {
    std::string out;
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      const Reflection& reflection = *message.GetReflection();
      if (field.is_repeated()) {
        if (reflection.FieldSize(message, &field) == 0) continue;
        absl::StrAppend(
            &out, Margin(indent), field.json_name(), ":\n",
            field.is_map() ? Map(message, field, indent + 2) : List(message, field, indent + 2));
      } else if (reflection.HasField(message, &field)) {
        absl::StrAppend(&out, Margin(indent), field.json_name(), ":",
                        Inside(message, field, 0, indent + 2));
      }
    }
    return out;
  }

 private:
  static std::string Margin(int indent) { return std::string(indent, ' '); }

  // What follows "key:": " value\n", or a line end and a block.
  std::string Inside(const Message& message, const FieldDescriptor& field, int i, int indent) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return absl::StrCat(" ", FormatScalar(message, field, i, Margin(indent)), "\n");
    }
    const Message& inner = MessageAt(message, field, i);
    if (IsScalarMessage(*inner.GetDescriptor())) {
      return absl::StrCat(" ", FormatScalarMessage(inner, Margin(indent)), "\n");
    }
    const std::string block = Fields(inner, indent);
    return block.empty() ? " {}\n" : absl::StrCat("\n", block);
  }

  std::string List(const Message& message, const FieldDescriptor& field, int indent) {
    std::string out;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
      const std::string item = Inside(message, field, i, indent + 2);
      // A block's first line moves up beside the dash.
      absl::StrAppend(
          &out, Margin(indent), "-",
          item[0] == '\n' ? absl::string_view(item).substr(indent + 2) : absl::string_view(item));
    }
    return out;
  }

  std::string Map(const Message& message, const FieldDescriptor& field, int indent) {
    std::vector<std::string> entries;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
      const Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, i);
      const FieldDescriptor& key_field = *field.message_type()->map_key();
      std::string key = FormatScalar(entry, key_field, 0, "");
      // A key is one line: no block styles.
      if (key[0] == '|' || key[0] == '>') {
        key = DoubleQuoted(entry.GetReflection()->GetString(entry, &key_field));
      }
      const bool marked = key.size() > kLongestPlainKey;
      entries.push_back(
          absl::StrCat(Margin(indent), marked ? "? " : "", key, marked ? "\n" + Margin(indent) : "",
                       ":", Inside(entry, *field.message_type()->map_value(), 0, indent + 2)));
    }
    // Maps have no order of their own; the same message must give the same text.
    std::sort(entries.begin(), entries.end());
    return absl::StrJoin(entries, "");
  }
};

}  // namespace

std::string Format(const Message& message) {
  if (IsScalarMessage(*message.GetDescriptor())) return FormatScalarMessage(message, "  ") + "\n";
  const std::string text = Writer().Fields(message, 0);
  return text.empty() ? "{}\n" : text;
}

}  // namespace plumbline::yaml

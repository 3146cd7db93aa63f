// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/scalar.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/nearest.h"
#include "common/yaml/text.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

namespace plumbline::yaml {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::TimeUtil;

template <typename T>
std::string RangeText() {
  return absl::StrCat("expected a whole number from ", std::numeric_limits<T>::min(), " to ",
                      std::numeric_limits<T>::max());
}

// Sets or adds, so that the switch below has one line per type.
#define PLUMBLINE_PUT(TYPE, value)                                    \
  (field.is_repeated() ? reflection.Add##TYPE(message, &field, value) \
                       : reflection.Set##TYPE(message, &field, value))

bool ReadBool(absl::string_view text, bool* value) {
  *value = text == "true" || text == "True" || text == "TRUE";
  return *value || text == "false" || text == "False" || text == "FALSE";
}

bool ReadDouble(absl::string_view text, double* value) {
  if (text == ".inf" || text == "Infinity") {
    *value = std::numeric_limits<double>::infinity();
  } else if (text == "-.inf" || text == "-Infinity") {
    *value = -std::numeric_limits<double>::infinity();
  } else if (text == ".nan" || text == "NaN") {
    *value = std::numeric_limits<double>::quiet_NaN();
  } else {
    return IsJsonNumber(text) && absl::SimpleAtod(text, value) && std::isfinite(*value);
  }
  return true;
}

bool ReadFloat(absl::string_view text, float* value) {
  double wide = 0;
  if (!ReadDouble(text, &wide)) return false;
  if (std::isfinite(wide) && !absl::SimpleAtof(text, value)) return false;
  if (!std::isfinite(wide)) *value = static_cast<float>(wide);
  return std::isfinite(wide) == std::isfinite(*value);
}

bool ReadBytes(absl::string_view text, std::string* value) {
  return text.empty() || absl::Base64Unescape(text, value) ||
         absl::WebSafeBase64Unescape(text, value);
}

// What was meant by a text that is no value of the enum: one whose prefix was left out, one that is
// spelled much the same, or one of the few that there are.
std::string EnumHint(const google::protobuf::EnumDescriptor& type, absl::string_view text) {
  constexpr size_t kShown = 12;
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string& name = type.value(i)->name();
    if (absl::EndsWithIgnoreCase(name, absl::StrCat("_", text)))
      return absl::StrCat("; did you mean '", name, "'?");
    if (type.value(i)->number() != 0) names.push_back(name);
  }
  const std::string near = base::DidYouMean(text, names);
  if (!near.empty() || names.size() > kShown) return near;
  return absl::StrCat("; possible: ", absl::StrJoin(names, ", "));
}

std::string SetEnum(const FieldDescriptor& field, absl::string_view text, Message* message) {
  const auto& reflection = *message->GetReflection();
  int64_t number = 0;
  if (const auto* value = field.enum_type()->FindValueByName(std::string(text))) {
    number = value->number();
  } else if (!ReadInt64(text, &number) || number != static_cast<int32_t>(number)) {
    return absl::StrCat("expected a value of ", field.enum_type()->name(),
                        EnumHint(*field.enum_type(), text));
  }
  PLUMBLINE_PUT(EnumValue, static_cast<int>(number));
  return "";
}

std::string SetInteger(const FieldDescriptor& field, absl::string_view text, Message* message) {
  const auto& reflection = *message->GetReflection();
  int64_t number = 0;
  uint64_t natural = 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      if (!ReadInt64(text, &number) || number != static_cast<int32_t>(number)) {
        return RangeText<int32_t>();
      }
      PLUMBLINE_PUT(Int32, static_cast<int32_t>(number));
      return "";
    case FieldDescriptor::CPPTYPE_UINT32:
      if (!ReadUint64(text, &natural) || natural != static_cast<uint32_t>(natural)) {
        return RangeText<uint32_t>();
      }
      PLUMBLINE_PUT(UInt32, static_cast<uint32_t>(natural));
      return "";
    case FieldDescriptor::CPPTYPE_INT64:
      if (!ReadInt64(text, &number)) return RangeText<int64_t>();
      PLUMBLINE_PUT(Int64, number);
      return "";
    default:
      if (!ReadUint64(text, &natural)) return RangeText<uint64_t>();
      PLUMBLINE_PUT(UInt64, natural);
      return "";
  }
}

std::string SetReal(const FieldDescriptor& field, absl::string_view text, Message* message) {
  const auto& reflection = *message->GetReflection();
  double wide = 0;
  float narrow = 0;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
    if (!ReadFloat(text, &narrow)) return "expected a number in the range of a float";
    PLUMBLINE_PUT(Float, narrow);
  } else {
    if (!ReadDouble(text, &wide)) return "expected a number";
    PLUMBLINE_PUT(Double, wide);
  }
  return "";
}

std::string SetFieldMask(absl::string_view text, Message* message) {
  google::protobuf::FieldMask mask;
  for (absl::string_view path : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    // "updateTime" and the proto's own "update_time" are the same path.
    std::string snake;
    for (char c : path) {
      if (absl::ascii_isupper(c)) snake.push_back('_');
      snake.push_back(absl::ascii_tolower(c));
    }
    mask.add_paths(snake);
  }
  message->CopyFrom(mask);
  return "";
}

}  // namespace

std::string SetScalar(const FieldDescriptor& field, absl::string_view text, bool quoted,
                      Message* message) {
  const auto& reflection = *message->GetReflection();
  bool truth = false;
  std::string bytes;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      if (quoted || !ReadBool(text, &truth)) return "expected true or false";
      PLUMBLINE_PUT(Bool, truth);
      return "";
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetEnum(field, text, message);
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_STRING) {
        bytes = std::string(text);
      } else if (!ReadBytes(text, &bytes)) {
        return "expected base64";
      }
      PLUMBLINE_PUT(String, std::move(bytes));
      return "";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return SetReal(field, text, message);
    default:
      return SetInteger(field, text, message);
  }
}

#undef PLUMBLINE_PUT

bool IsScalarMessage(const Descriptor& type) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_DURATION:
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return true;
    default:
      return false;
  }
}

std::string SetScalarMessage(absl::string_view text, bool quoted, Message* message) {
  const std::string& name = message->GetDescriptor()->full_name();
  if (name == "google.protobuf.Duration") {
    google::protobuf::Duration duration;
    if (!IsDurationText(text) || !TimeUtil::FromString(std::string(text), &duration) ||
        std::abs(duration.seconds()) > TimeUtil::kDurationMaxSeconds) {
      return "expected a duration in seconds, like \"3.5s\"";
    }
    message->CopyFrom(duration);
    return "";
  }
  if (name == "google.protobuf.Timestamp") {
    google::protobuf::Timestamp time;
    if (!TimeUtil::FromString(std::string(text), &time)) {
      return "expected a time in RFC 3339, like \"2026-03-01T09:00:00Z\"";
    }
    message->CopyFrom(time);
    return "";
  }
  if (name == "google.protobuf.FieldMask") return SetFieldMask(text, message);
  return SetScalar(*message->GetDescriptor()->FindFieldByNumber(1), text, quoted, message);
}

}  // namespace plumbline::yaml

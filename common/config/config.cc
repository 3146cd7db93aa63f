// SPDX-License-Identifier: Apache-2.0
#include "common/config/config.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/config/fields.h"
#include "common/yaml/yaml.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kPrefix[] = "PLUMBLINE_";
constexpr char kConfigFlag[] = "config";

// One "--name=value" or "--name value".
struct Flag {
  std::string name;
  std::string value;
};

absl::StatusOr<std::vector<Flag>> SplitFlags(const std::vector<std::string>& arguments) {
  std::vector<Flag> flags;
  std::set<std::string> seen;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!absl::StartsWith(argument, "--") || argument.size() == 2) {
      return base::FieldError(argument, "is not a flag; write --path.to.field=value");
    }
    const size_t equals = argument.find('=');
    Flag flag{argument.substr(2, equals == std::string::npos ? equals : equals - 2), ""};
    if (equals != std::string::npos) {
      flag.value = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size() && !absl::StartsWith(arguments[i + 1], "--")) {
      flag.value = arguments[++i];
    } else {
      return base::FieldError(argument, absl::StrCat("needs a value: ", argument, "=..."));
    }
    if (!seen.insert(flag.name).second) {
      return base::FieldError(absl::StrCat("--", flag.name), "is given twice; give it once");
    }
    flags.push_back(std::move(flag));
  }
  return flags;
}

absl::Status LoadFile(const std::string& path, Message* config) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char block[4096];
  while (file.good()) {
    file.read(block, sizeof(block));
    text.append(block, static_cast<size_t>(file.gcount()));
  }
  if (!file.eof()) {
    return base::FieldError(
        "--config", absl::StrCat("cannot read '", path, "': ",
                                 errno == 0 ? "not a file with text" : std::strerror(errno)));
  }
  return yaml::Parse(path, text, config);
}

absl::Status Set(const Field& field, absl::string_view source, absl::string_view value,
                 Message* config) {
  if (field.file_only) {
    return base::FieldError(source, "is a list: give it in the file of --config");
  }
  return yaml::ParseScalar(source, value, field.leaf(), field.Holder(config));
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// As far as it takes to tell an address from a setting.
bool IsIpAddress(absl::string_view text) {
  return text.find_first_of(".:") != absl::string_view::npos &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isxdigit(c) || c == '.' || c == ':'; });
}

bool IsProtocol(absl::string_view text) { return text == "tcp" || text == "udp" || text == "sctp"; }

bool IsEndpoint(absl::string_view text) {  // "tcp://10.0.0.1:7600"
  const size_t end = text.find("://");
  return end != absl::string_view::npos && IsProtocol(text.substr(0, end));
}

// `rest` of {service}_PORT_{rest}: "7600_TCP", "7600_TCP_ADDR", "7600_TCP_PORT", "7600_TCP_PROTO".
bool IsPortLink(absl::string_view rest, absl::string_view value) {
  const std::vector<std::string> parts = absl::StrSplit(rest, '_');
  if (parts.size() < 2 || parts.size() > 3 || !IsNumber(parts[0]) ||
      !IsProtocol(absl::AsciiStrToLower(parts[1]))) {
    return false;
  }
  if (parts.size() == 2) return IsEndpoint(value);
  return (parts[2] == "ADDR" && IsIpAddress(value)) || (parts[2] == "PORT" && IsNumber(value)) ||
         (parts[2] == "PROTO" && IsProtocol(value));
}

// What Kubernetes gives every container for a service whose name begins with "plumbline-": the
// name and the value are both of the form that it writes, or else somebody meant a setting.
bool IsServiceLink(absl::string_view variable, absl::string_view value) {
  if (absl::EndsWith(variable, "_SERVICE_HOST")) return IsIpAddress(value);
  if (absl::EndsWith(variable, "_SERVICE_PORT") || absl::StrContains(variable, "_SERVICE_PORT_"))
    return IsNumber(value);
  if (absl::EndsWith(variable, "_PORT") && IsEndpoint(value)) return true;
  const size_t port = variable.find("_PORT_");
  return port != absl::string_view::npos && IsPortLink(variable.substr(port + 6), value);
}

// Variables that share the prefix and belong to others, the command line client and the tests among
// them.
bool BelongsToOthers(absl::string_view variable, absl::string_view value) {
  static constexpr absl::string_view kOthers[] = {
      "PLUMBLINE_ADDRESS",          "PLUMBLINE_TOKEN",      "PLUMBLINE_CA_FILE",
      "PLUMBLINE_CERTIFICATE_FILE", "PLUMBLINE_KEY_FILE",   "PLUMBLINE_WORKSPACE",
      "PLUMBLINE_BIN_DIR",          "PLUMBLINE_SOURCE_DIR", "PLUMBLINE_SHARED",
      "PLUMBLINE_NIGHTLY",          "PLUMBLINE_KILLS"};
  return std::find(std::begin(kOthers), std::end(kOthers), variable) != std::end(kOthers) ||
         IsServiceLink(variable, value);
}

absl::Status LoadEnvironment(const std::map<std::string, std::string>& environment,
                             const std::vector<Field>& fields, Message* config) {
  std::vector<std::string> variables;
  for (const Field& field : fields) variables.push_back(field.Variable());
  for (const auto& [variable, value] : environment) {
    if (!absl::StartsWith(variable, kPrefix)) continue;
    const Field* field = FindVariable(fields, variable);
    if (field != nullptr) {
      RETURN_IF_ERROR(Set(*field, variable, value, config));
    } else if (!BelongsToOthers(variable, value)) {
      return base::FieldError(
          variable, absl::StrCat("is an unknown variable", base::DidYouMean(variable, variables)));
    }
  }
  return absl::OkStatus();
}

absl::Status LoadFlags(const std::vector<Flag>& flags, const std::vector<Field>& fields,
                       Message* config) {
  std::vector<std::string> names = {kConfigFlag};
  for (const Field& field : fields) names.push_back(field.path);
  for (const Flag& flag : flags) {
    if (flag.name == kConfigFlag) continue;
    const std::string source = absl::StrCat("--", flag.name);
    const Field* field = FindPath(fields, flag.name);
    if (field == nullptr) {
      return base::FieldError(
          source, absl::StrCat("is an unknown flag", base::DidYouMean(flag.name, names)));
    }
    RETURN_IF_ERROR(Set(*field, source, flag.value, config));
  }
  return absl::OkStatus();
}

void Mask(Message* message) {
  const auto& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(*message, &present);
  for (const FieldDescriptor* field : present) {
    if (field->options().GetExtension(common::v1::secret)) {
      reflection.ClearField(message, field);
      if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
      reflection.SetString(message, field, "(secret)");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Mask(reflection.MutableRepeatedMessage(message, field, i));
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Mask(reflection.MutableMessage(message, field));
    }
  }
}

std::string TypeOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true|false";
    case FieldDescriptor::CPPTYPE_STRING:
      return "TEXT";
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::vector<std::string> names;
      for (int i = 0; i < field.enum_type()->value_count(); ++i) {
        names.push_back(field.enum_type()->value(i)->name());
      }
      return absl::StrJoin(names, "|");
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return field.message_type()->name() == "Duration" ? "SECONDS, like 1.5s" : "TEXT";
    default:
      return "NUMBER";
  }
}

}  // namespace

absl::Status Load(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment, Message* config) {
  config->Clear();
  ASSIGN_OR_RETURN(const std::vector<Flag> flags, SplitFlags(arguments));
  const std::vector<Field> fields = FieldsOf(*config->GetDescriptor());
  for (const Flag& flag : flags) {
    if (flag.name == kConfigFlag) RETURN_IF_ERROR(LoadFile(flag.value, config));
  }
  RETURN_IF_ERROR(LoadEnvironment(environment, fields, config));
  return LoadFlags(flags, fields, config);
}

std::string FormatMasked(const Message& config) {
  const std::unique_ptr<Message> masked(config.New());
  masked->CopyFrom(config);
  Mask(masked.get());
  return yaml::Format(*masked);
}

std::string FlagsHelp(const Message& config) {
  std::string help;
  for (const Field& field : FieldsOf(*config.GetDescriptor())) {
    if (field.file_only) {
      absl::StrAppend(&help, "  ", field.path, ": a list, in the file only\n");
    } else {
      absl::StrAppend(&help, "  --", field.path, "=", TypeOf(field.leaf()), "\n");
    }
  }
  return help;
}

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const char* equals = std::strchr(*entry, '=');
    if (equals == nullptr) continue;
    environment[std::string(*entry, static_cast<size_t>(equals - *entry))] = equals + 1;
  }
  return environment;
}

}  // namespace plumbline::config

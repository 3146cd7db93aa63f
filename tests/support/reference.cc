// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <limits>

#include "absl/strings/str_cat.h"

namespace plumbline::testing {

std::string SharedFolder() {
  if (const char* folder = std::getenv("PLUMBLINE_SHARED")) return folder;
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  return absl::StrCat(source == nullptr ? "." : source, "/../shared");
}

std::string ReadFile(const std::string& path) {
  std::string text, buffer(1 << 16, '\0');
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  for (int n; (n = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  gzclose(file);
  return text;
}

std::optional<Json> ReadReference(const std::string& name) {
  const std::string text = ReadFile(absl::StrCat(SharedFolder(), "/reference/", name, ".json"));
  Json json;
  if (text.empty() || !google::protobuf::util::JsonStringToMessage(text, &json).ok()) return {};
  return json;
}

const Json& Member(const Json& object, const std::string& key) {
  const auto it = object.struct_value().fields().find(key);
  static const auto& kNothing = *new Json();
  return it == object.struct_value().fields().end() ? kNothing : it->second;
}

const Json& At(const Json& object, const std::string& key) {
  if (!Has(object, key)) ADD_FAILURE() << "the reference has no " << key;
  return Member(object, key);
}

bool Has(const Json& object, const std::string& key) {
  return object.struct_value().fields().count(key) > 0;
}

double Number(const Json& object, const std::string& key) { return At(object, key).number_value(); }

std::vector<double> Numbers(const Json& array) {
  std::vector<double> numbers;
  for (const Json& value : array.list_value().values()) {
    numbers.push_back(value.has_null_value() ? std::numeric_limits<double>::quiet_NaN()
                                             : value.number_value());
  }
  return numbers;
}

}  // namespace plumbline::testing

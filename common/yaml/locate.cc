// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/yaml/document.h"
#include "common/yaml/yaml.h"

namespace plumbline::yaml {
namespace {

// Whether a key of the file means the field: both spellings are read.
bool Means(absl::string_view key, absl::string_view field) {
  if (key == field) return true;
  std::string json;
  for (size_t i = 0; i < field.size(); ++i) {
    const bool capital = field[i] == '_' && i + 1 < field.size();
    json.push_back(capital ? absl::ascii_toupper(static_cast<unsigned char>(field[++i]))
                           : field[i]);
  }
  return key == json;
}

// The key of `map` for which `is` holds, or its size.
template <typename Is>
size_t FindKey(const Value& map, const Is& is) {
  if (map.kind != ValueKind::kMap) return map.children.size();
  for (size_t i = 0; i + 1 < map.children.size(); i += 2) {
    if (is(map.children[i].text)) return i;
  }
  return map.children.size();
}

// Steps from a value to what is below it, noting where the last one stands.
class Walk {
 public:
  explicit Walk(const Value& root) : at_(&root), place_(root.position) {}

  bool Field(absl::string_view name) {
    return Key([&](const std::string& key) { return Means(key, name); });
  }

  // "[2]" of a list, "['team']" or "[team]" of a map.
  bool Element(absl::string_view inside) {
    size_t index = 0;
    if (at_->kind == ValueKind::kList) {
      if (!absl::SimpleAtoi(inside, &index) || index >= at_->children.size()) return false;
      at_ = &at_->children[index];
      place_ = at_->position;
      return true;
    }
    if (absl::ConsumePrefix(&inside, "'")) absl::ConsumeSuffix(&inside, "'");
    return Key([&](const std::string& key) { return key == inside; });
  }

  const Position& place() const { return place_; }

 private:
  template <typename Is>
  bool Key(const Is& is) {
    const size_t i = FindKey(*at_, is);
    if (i == at_->children.size()) return false;
    place_ = at_->children[i].position;
    at_ = &at_->children[i + 1];
    return true;
  }

  const Value* at_;
  Position place_;
};

}  // namespace

std::optional<Place> Locate(absl::string_view text, absl::string_view path) {
  Value root;
  std::vector<Problem> problems;
  ReadDocument(text, &root, &problems);
  if (!problems.empty()) return std::nullopt;
  Walk walk(root);
  bool found = true;
  while (found && !path.empty()) {
    if (absl::ConsumePrefix(&path, "[")) {
      const size_t close = std::min(path.find(']'), path.size());
      found = walk.Element(path.substr(0, close));
      path.remove_prefix(std::min(close + 1, path.size()));
    } else {
      absl::ConsumePrefix(&path, ".");
      const size_t end = std::min(path.find_first_of(".["), path.size());
      found = walk.Field(path.substr(0, end));
      path.remove_prefix(end);
    }
  }
  return Place{walk.place().line, walk.place().column};
}

}  // namespace plumbline::yaml

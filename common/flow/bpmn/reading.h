// SPDX-License-Identifier: Apache-2.0
//
// What the parts of an import share: the findings, the ids that are given, and who does what.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_READING_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_READING_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "common/expr/schema.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/xml_reader.h"

namespace plumbline::flow::bpmn {

// Ids of nodes. An element whose id is one of ours keeps it; all others get one that is made of
// theirs and free.
class Ids {
 public:
  // Keeps `id` for the element that has it. Before the first call of TakeOf or Fresh.
  void Keep(const std::string& id);
  // The id of the node that stands for the element with this id; at the next call for the same one
  // another: an element can be read as two nodes.
  std::string TakeOf(const std::string& element_id);
  // A new id that begins like `wanted`. O(ids that begin so).
  std::string Fresh(absl::string_view wanted);

 private:
  absl::flat_hash_set<std::string> taken_;
  absl::flat_hash_set<std::string> kept_;       // of the taken, those that no node has yet
  absl::flat_hash_map<std::string, int> next_;  // number to try behind a stem
};

class Reading {
 public:
  // `exact`: the file is one of ours, whose names and texts are taken as they are; others are laid
  // out by hand: line ends and runs of spaces in their names mean nothing.
  Reading(const ImportOptions& options, bool exact) : options_(options), exact_(exact) {}

  void Ignore(const Element& element, absl::string_view reason);
  void Change(const Element& element, absl::string_view reason);
  void Drop(const Element& element, absl::string_view reason);

  bool exact() const { return exact_; }
  bool best_effort() const { return options_.best_effort; }
  Ids& ids() { return ids_; }

  // The attributes of the process, of which conditions speak.
  void SetSchema(expr::Schema schema) { schema_ = std::move(schema); }
  const expr::Schema& schema() const { return schema_; }

  // Blocks lie inside each other more than kMaxDepth deep: there will be no tree.
  void SetTooDeep() { too_deep_ = true; }
  bool too_deep() const { return too_deep_; }

  // What people call an element, at most 200 characters; "" if nothing.
  std::string NameOf(const Element& element);
  // A name or a text as the file means it.
  std::string Clean(absl::string_view text) const;

  // Lanes and pools.
  void SetRole(const std::string& element_id, const std::string& role) {
    roles_[element_id] = role;
  }
  void SetPool(const std::string& role) { pool_ = role; }
  // The lane that the element is in, or "".
  std::string LaneOf(const Element& element) const;
  // The role of a task that names nobody. `level`: the lane of the sub-process around it.
  std::string RoleOf(const Element& element, const std::string& level) const;

  // The names of <resource> elements, to which tasks refer.
  absl::flat_hash_map<std::string, std::string> resources;

  // By line.
  std::vector<Finding> TakeFindings();

 private:
  void Add(Finding::Effect effect, const Element& element, absl::string_view reason);

  const ImportOptions& options_;
  const bool exact_;
  Ids ids_;
  expr::Schema schema_;
  absl::flat_hash_map<std::string, std::string> roles_;
  std::string pool_;
  bool too_deep_ = false;
  std::vector<Finding> findings_;
};

// What titles and roles may have at most, in characters.
inline constexpr size_t kMaxTitle = 200;
std::string CutCharacters(absl::string_view text, size_t most);

// The valid id that is nearest to a text: "Activity_0x1K" -> "activity-0x1k".
std::string Slug(absl::string_view text);

// "exclusiveGateway 'Approved?' (line 7)", for reasons that name a second element; without the
// quotes where it has neither name nor id.
std::string Describe(const Element& element);

// The id that a reference means: without the prefix of a QName.
std::string Reference(absl::string_view qname);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_READING_H_

// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_PALETTE_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_PALETTE_H_

#include <map>
#include <string>
#include <vector>

#include "common/flow/bpmn/diagram.h"

namespace plumbline::flow::bpmn {

struct Colour {
  const char* fill;
  const char* stroke;
};

// One line of the legend: an annotation above the diagram.
struct LegendEntry {
  std::string id;
  std::string role;
  Rect bounds;
};

// A colour for every role of the diagram, in the order in which the roles appear. Colours are not
// given twice: roles past the end of the palette have none.
class Palette {
 public:
  explicit Palette(const Diagram& diagram);

  // nullptr if the role has none.
  const Colour* Of(const std::string& role) const;

  // One entry for each coloured role, in rows above the diagram, whose left top corner is the
  // origin. `id` is what their ids begin with.
  std::vector<LegendEntry> Legend(const std::string& id) const;

  // The height of the legend, with the space under it.
  int LegendHeight() const;

 private:
  std::vector<std::string> roles_;
  std::map<std::string, size_t> index_;
};

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_PALETTE_H_

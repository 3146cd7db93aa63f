// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/palette.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace plumbline::flow::bpmn {
namespace {

// Light fills under dark strokes that can be told apart, each pair with a contrast over 7:1.
constexpr std::array<Colour, 12> kColours = {{{"#BBDEFB", "#0D4372"},
                                              {"#FFE0B2", "#6B3C00"},
                                              {"#C8E6C9", "#205022"},
                                              {"#E1BEE7", "#5B176D"},
                                              {"#FFCDD2", "#831311"},
                                              {"#B2EBF2", "#004D54"},
                                              {"#FFF59D", "#594A00"},
                                              {"#D7CCC8", "#3E2723"},
                                              {"#F8BBD0", "#880E4F"},
                                              {"#CFD8DC", "#263238"},
                                              {"#DCE775", "#3D4500"},
                                              {"#C5CAE9", "#1A237E"}}};

constexpr int kPerRow = 6;
constexpr int kEntryWidth = 150;
constexpr int kEntryHeight = 40;
constexpr int kEntryGap = 15;

}  // namespace

Palette::Palette(const Diagram& diagram) {
  for (const Shape& shape : diagram.shapes) {
    if (shape.kind != ShapeKind::kTask || roles_.size() == kColours.size()) continue;
    if (index_.emplace(shape.node->step.role, roles_.size()).second)
      roles_.push_back(shape.node->step.role);
  }
}

const Colour* Palette::Of(const std::string& role) const {
  const auto it = index_.find(role);
  return it == index_.end() ? nullptr : &kColours[it->second];
}

std::vector<LegendEntry> Palette::Legend(const std::string& id) const {
  std::vector<LegendEntry> entries;
  for (size_t i = 0; i < roles_.size(); ++i) {
    const int column = static_cast<int>(i) % kPerRow;
    const int row = static_cast<int>(i) / kPerRow;
    entries.push_back(
        {absl::StrCat(id, "_role_", i + 1), roles_[i],
         Rect{column * (kEntryWidth + kEntryGap), row * (kEntryHeight + kEntryGap) - LegendHeight(),
              kEntryWidth, kEntryHeight}});
  }
  return entries;
}

int Palette::LegendHeight() const {
  const int rows = (static_cast<int>(roles_.size()) + kPerRow - 1) / kPerRow;
  return rows * (kEntryHeight + kEntryGap) + 2 * kEntryGap;
}

}  // namespace plumbline::flow::bpmn

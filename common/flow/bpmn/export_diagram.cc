// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/export_diagram.h"

#include "absl/strings/str_cat.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr int kMargin = 60;

class DiagramWriter {
 public:
  DiagramWriter(const Palette& palette, XmlWriter* xml)
      : palette_(palette), xml_(*xml), top_(kMargin + palette.LegendHeight()) {}

  void WriteShape(const Shape& shape) {
    Open("bpmndi:BPMNShape", shape.id);
    if (shape.kind == ShapeKind::kSubProcess) xml_.Attribute("isExpanded", "true");
    if (shape.kind == ShapeKind::kExclusive) xml_.Attribute("isMarkerVisible", "true");
    if (shape.kind == ShapeKind::kTask) WriteColour(shape.node->step.role);
    WriteBounds(shape.bounds);
    WriteLabel(shape.label);
    xml_.Close();
  }

  void WriteEntry(const LegendEntry& entry) {
    Open("bpmndi:BPMNShape", entry.id);
    WriteColour(entry.role);
    WriteBounds(entry.bounds);
    xml_.Close();
  }

  void WriteFlow(const Flow& flow) {
    Open("bpmndi:BPMNEdge", flow.id);
    for (const Point& point : flow.points) {
      xml_.Open("di:waypoint");
      xml_.Attribute("x", kMargin + point.x);
      xml_.Attribute("y", top_ + point.y);
      xml_.Close();
    }
    WriteLabel(flow.label);
    xml_.Close();
  }

 private:
  void Open(absl::string_view name, const std::string& element) {
    xml_.Open(name);
    xml_.Attribute("id", absl::StrCat(element, "_di"));
    xml_.Attribute("bpmnElement", element);
  }

  void WriteColour(const std::string& role) {
    const Colour* colour = palette_.Of(role);
    if (colour == nullptr) return;
    xml_.Attribute("bioc:stroke", colour->stroke);
    xml_.Attribute("bioc:fill", colour->fill);
    xml_.Attribute("color:border-color", colour->stroke);
    xml_.Attribute("color:background-color", colour->fill);
  }

  void WriteBounds(const Rect& bounds) {
    xml_.Open("dc:Bounds");
    xml_.Attribute("x", kMargin + bounds.x);
    xml_.Attribute("y", top_ + bounds.y);
    xml_.Attribute("width", bounds.width);
    xml_.Attribute("height", bounds.height);
    xml_.Close();
  }

  void WriteLabel(const Rect& label) {
    if (label.width == 0) return;
    xml_.Open("bpmndi:BPMNLabel");
    WriteBounds(label);
    xml_.Close();
  }

  const Palette& palette_;
  XmlWriter& xml_;
  const int top_;
};

}  // namespace

void WriteDiagram(const Diagram& diagram, const std::string& id, const Palette& palette,
                  const std::vector<LegendEntry>& legend, XmlWriter* xml) {
  xml->Open("bpmndi:BPMNDiagram");
  xml->Attribute("id", absl::StrCat(id, "_diagram"));
  xml->Open("bpmndi:BPMNPlane");
  xml->Attribute("id", absl::StrCat(id, "_plane"));
  xml->Attribute("bpmnElement", id);
  DiagramWriter writer(palette, xml);
  for (const Shape& shape : diagram.shapes) writer.WriteShape(shape);
  for (const LegendEntry& entry : legend) writer.WriteEntry(entry);
  for (const Flow& flow : diagram.flows) writer.WriteFlow(flow);
  xml->Close();
  xml->Close();
}

}  // namespace plumbline::flow::bpmn

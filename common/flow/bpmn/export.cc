// SPDX-License-Identifier: Apache-2.0
//
// Writing the model part of a file; export_diagram.cc writes the diagram part.
#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/aims.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/diagram.h"
#include "common/flow/bpmn/duration.h"
#include "common/flow/bpmn/export_diagram.h"
#include "common/flow/bpmn/expressions.h"
#include "common/flow/bpmn/names.h"
#include "common/flow/bpmn/palette.h"
#include "common/flow/bpmn/xml_writer.h"

namespace plumbline::flow::bpmn {
namespace {

std::string Prefixed(absl::string_view extension) { return absl::StrCat("plumbline:", extension); }

const char* ElementOf(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kStart:
      return "bpmn:startEvent";
    case ShapeKind::kEnd:
      return "bpmn:endEvent";
    case ShapeKind::kTask:
      return "bpmn:userTask";
    case ShapeKind::kCall:
      return "bpmn:callActivity";
    case ShapeKind::kSubProcess:
      return "bpmn:subProcess";
    case ShapeKind::kExclusive:
      return "bpmn:exclusiveGateway";
    case ShapeKind::kParallel:
      return "bpmn:parallelGateway";
  }
  return "";
}

// The id of the process that is called: what its own export has as id.
std::string CalledElement(absl::string_view called) {
  const absl::string_view process = called.substr(called.find('/') + 1);
  return absl::StrCat(kProcessIdPrefix, process.substr(0, process.find('@')));
}

class ModelWriter {
 public:
  ModelWriter(const Process& process, const Diagram& diagram, XmlWriter* xml)
      : process_(process),
        diagram_(diagram),
        xml_(*xml),
        shapes_in_(diagram.shapes.size() + 1),
        flows_in_(diagram.shapes.size() + 1) {
    for (size_t i = 0; i < diagram.shapes.size(); ++i)
      shapes_in_[diagram.shapes[i].parent + 1].push_back(static_cast<int>(i));
    for (size_t i = 0; i < diagram.flows.size(); ++i)
      flows_in_[diagram.flows[i].parent + 1].push_back(static_cast<int>(i));
  }

  void Write(const std::string& id, const std::vector<LegendEntry>& legend) {
    xml_.Open("bpmn:process");
    xml_.Attribute("id", id);
    xml_.Attribute("name", process_.content.title);
    xml_.Attribute("isExecutable", "false");
    if (!process_.content.purpose.empty())
      xml_.Leaf("bpmn:documentation", process_.content.purpose);
    WriteProcessExtensions();
    WriteLevel(kProcessLevel);
    for (const LegendEntry& entry : legend) {
      xml_.Open("bpmn:textAnnotation");
      xml_.Attribute("id", entry.id);
      WriteEmptyExtension(kLegendExtension);
      xml_.Leaf("bpmn:text", absl::StrCat("Role: ", entry.role));
      xml_.Close();
    }
    xml_.Close();
  }

 private:
  void WriteEmptyExtension(absl::string_view extension) {
    xml_.Open("bpmn:extensionElements");
    xml_.Open(Prefixed(extension));
    xml_.Close();
    xml_.Close();
  }

  // <plumbline:extension name="value"/> for each value.
  void WriteValues(absl::string_view extension, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      xml_.Open(Prefixed(extension));
      xml_.Attribute("id", id);
      xml_.Close();
    }
  }

  void WriteProcessExtensions() {
    xml_.Open("bpmn:extensionElements");
    xml_.Open(Prefixed(kProcessExtension));
    xml_.Attribute("id", process_.id);
    xml_.Attribute("owner", process_.content.owner);
    if (process_.content.target) xml_.Attribute("target", FormatDuration(*process_.content.target));
    for (const auto& [key, value] : process_.content.labels) {
      xml_.Open(Prefixed(kLabelExtension));
      xml_.Attribute("key", key);
      xml_.Attribute("value", value);
      xml_.Close();
    }
    WriteExpressions(process_.content, &xml_);
    WriteAims(process_.content, &xml_);
    xml_.Close();
    const Node& root = process_.content.root;
    if (root.kind == NodeKind::kSequence && !root.optional) {
      xml_.Open(Prefixed(kRootExtension));
      xml_.Attribute("id", root.id);
      if (!root.title.empty()) xml_.Attribute("title", root.title);
      xml_.Close();
    }
    xml_.Close();
  }

  void WriteLevel(int parent) {
    for (const int shape : shapes_in_[parent + 1]) WriteShape(shape);
    for (const int flow : flows_in_[parent + 1]) WriteFlow(diagram_.flows[flow]);
  }

  void WriteShape(int index) {
    const Shape& shape = diagram_.shapes[index];
    const bool automated = shape.kind == ShapeKind::kTask && shape.node->step.automation;
    xml_.Open(automated ? "bpmn:serviceTask" : ElementOf(shape.kind));
    xml_.Attribute("id", shape.id);
    if (!shape.name.empty()) xml_.Attribute("name", shape.name);
    if (shape.kind == ShapeKind::kCall)
      xml_.Attribute("calledElement", CalledElement(shape.node->called));
    if (shape.outgoing.size() > 1) xml_.Attribute("gatewayDirection", "Diverging");
    if (const Flow* otherwise = DefaultOf(shape, diagram_); otherwise != nullptr)
      xml_.Attribute("default", otherwise->id);
    if (shape.incoming.size() > 1) xml_.Attribute("gatewayDirection", "Converging");
    if (shape.kind == ShapeKind::kTask) WriteDocumentation(shape.node->step);
    if (shape.node != nullptr) WriteNodeExtensions(*shape.node);
    for (const int flow : shape.incoming) xml_.Leaf("bpmn:incoming", diagram_.flows[flow].id);
    for (const int flow : shape.outgoing) xml_.Leaf("bpmn:outgoing", diagram_.flows[flow].id);
    if (shape.kind == ShapeKind::kTask) WriteOwner(shape);
    if (shape.kind == ShapeKind::kSubProcess) WriteLevel(index);
    xml_.Close();
  }

  // The instructions, and the target for those who read the file with another tool.
  void WriteDocumentation(const StepDetails& step) {
    if (!step.instructions.empty()) xml_.Leaf("bpmn:documentation", step.instructions);
    if (!step.target) return;
    xml_.Open("bpmn:documentation");
    xml_.Attribute("textFormat", kTargetFormat);
    xml_.Text(absl::StrCat("Target: ", DurationInWords(*step.target), "."));
    xml_.Close();
  }

  void WriteNodeExtensions(const Node& node) {
    if (node.kind == NodeKind::kSequence || node.kind == NodeKind::kParallel) return;
    xml_.Open("bpmn:extensionElements");
    if (node.kind == NodeKind::kStep) {
      WriteStep(node.step);
    } else if (node.kind == NodeKind::kCall) {
      xml_.Open(Prefixed(kCallExtension));
      xml_.Attribute("process", node.called);
      xml_.Close();
    } else {
      xml_.Open(Prefixed(kDecisionExtension));
      if (!node.decider.empty()) xml_.Attribute("decider", node.decider);
      xml_.Close();
    }
    xml_.Close();
  }

  void WriteStep(const StepDetails& step) {
    xml_.Open(Prefixed(kStepExtension));
    if (step.target) xml_.Attribute("target", FormatDuration(*step.target));
    if (step.earliest_day) xml_.Attribute("earliestDay", *step.earliest_day);
    if (!step.verifier.empty()) xml_.Attribute("verifier", step.verifier);
    if (!step.waiver_approver.empty()) xml_.Attribute("waiverApprover", step.waiver_approver);
    if (step.automation) {
      xml_.Attribute("webhook", step.automation->webhook);
      if (step.automation->answer_minutes != 0)
        xml_.Attribute("answerMinutes", step.automation->answer_minutes);
    }
    WriteValues(kUtilityExtension, step.utilities);
    for (const ChecklistItem& item : step.checklist) {
      xml_.Open(Prefixed(kChecklistExtension));
      xml_.Attribute("id", item.id);
      xml_.Attribute("title", item.title);
      if (item.optional) xml_.Attribute("optional", "true");
      xml_.Close();
    }
    WriteValues(kDefectExtension, step.defect_kinds);
    xml_.Close();
  }

  void WriteOwner(const Shape& shape) {
    xml_.Open("bpmn:potentialOwner");
    xml_.Attribute("id", absl::StrCat(shape.id, "_owner"));
    xml_.Open("bpmn:resourceAssignmentExpression");
    xml_.Leaf("bpmn:formalExpression", shape.node->step.role);
    xml_.Close();
    xml_.Close();
  }

  void WriteFlow(const Flow& flow) {
    xml_.Open("bpmn:sequenceFlow");
    xml_.Attribute("id", flow.id);
    if (!flow.name.empty()) xml_.Attribute("name", flow.name);
    xml_.Attribute("sourceRef", diagram_.shapes[flow.from].id);
    xml_.Attribute("targetRef", diagram_.shapes[flow.to].id);
    if (flow.sequence != nullptr) {
      xml_.Open("bpmn:extensionElements");
      xml_.Open(Prefixed(kSequenceExtension));
      xml_.Attribute("id", flow.sequence->id);
      xml_.Close();
      xml_.Close();
    }
    WriteCondition(ConditionOf(flow, diagram_), &xml_);
    xml_.Close();
  }

  const Process& process_;
  const Diagram& diagram_;
  XmlWriter& xml_;
  std::vector<std::vector<int>> shapes_in_, flows_in_;  // by parent + 1
};

}  // namespace

std::string Export(const Process& process) {
  const std::string id = absl::StrCat(kProcessIdPrefix, process.id);
  const Diagram diagram = Draw(process.content.root, id);
  const Palette palette(diagram);
  const std::vector<LegendEntry> legend = palette.Legend(id);
  XmlWriter xml;
  xml.Open("bpmn:definitions");
  xml.Attribute("xmlns:bpmn", kModelNamespace);
  xml.Attribute("xmlns:bpmndi", kDiagramNamespace);
  xml.Attribute("xmlns:dc", kDcNamespace);
  xml.Attribute("xmlns:di", kDiNamespace);
  xml.Attribute("xmlns:color", kColorNamespace);
  xml.Attribute("xmlns:bioc", kBiocNamespace);
  xml.Attribute("xmlns:xsi", kXsiNamespace);
  xml.Attribute("xmlns:plumbline", kExtensionNamespace);
  xml.Attribute("id", absl::StrCat("definitions_", process.id));
  xml.Attribute("name", process.content.title);
  xml.Attribute("targetNamespace", kExtensionNamespace);
  xml.Attribute("exporter", "Plumbline");
  ModelWriter(process, diagram, &xml).Write(id, legend);
  WriteDiagram(diagram, id, palette, legend, &xml);
  xml.Close();
  return xml.Take();
}

}  // namespace plumbline::flow::bpmn

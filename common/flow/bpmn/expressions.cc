// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/expressions.h"

#include <array>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/flow/bpmn/names.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr std::array<std::pair<expr::Type, absl::string_view>, 8> kTypes = {{
    {expr::Type::kString, "string"},
    {expr::Type::kNumber, "number"},
    {expr::Type::kBool, "bool"},
    {expr::Type::kDate, "date"},
    {expr::Type::kDuration, "duration"},
    {expr::Type::kMoney, "money"},
    {expr::Type::kEnum, "enum"},
    {expr::Type::kPerson, "person"},
}};

absl::string_view WordFor(expr::Type type) {
  for (const auto& [one, word] : kTypes)
    if (one == type) return word;
  return "string";
}

expr::Type TypeOf(absl::string_view text) {
  for (const auto& [type, word] : kTypes)
    if (word == text) return type;
  return expr::Type::kString;
}

class Writer {
 public:
  explicit Writer(XmlWriter* xml) : xml_(*xml) {}

  void Write(const flow::Attribute& attribute) {
    Open(kAttributeExtension);
    xml_.Attribute("id", attribute.id);
    xml_.Attribute("title", attribute.title);
    xml_.Attribute("type", WordFor(attribute.type));
    if (attribute.required) xml_.Attribute("required", "true");
    Optional("description", attribute.description);
    Optional("default", attribute.default_value);
    Optional("minimum", attribute.minimum);
    Optional("maximum", attribute.maximum);
    Optional("currency", attribute.currency);
    for (const std::string& value : attribute.allowed_values) {
      Open(kValueExtension);
      xml_.Attribute("value", value);
      xml_.Close();
    }
    xml_.Close();
  }

  // Those of the nodes of a tree that have anything to say.
  void Write(const Node& node) {
    if (!node.arguments.empty() || !node.step.uses.empty() || !node.step.outputs.empty())
      WriteNode(node);
    for (const Node& child : node.children) Write(child);
  }

 private:
  void Open(absl::string_view extension) { xml_.Open(absl::StrCat("plumbline:", extension)); }

  void Optional(absl::string_view name, absl::string_view value) {
    if (!value.empty()) xml_.Attribute(name, value);
  }

  void WriteNode(const Node& node) {
    Open(kNodeExtension);
    xml_.Attribute("id", node.id);
    if (!node.step.uses.empty()) {
      // What it says itself: elsewhere the file has what people see.
      xml_.Attribute("uses", node.step.uses);
      xml_.Attribute("title", node.title);
      xml_.Attribute("role", node.step.role);
    }
    for (const Argument& argument : node.arguments) {
      Open(kArgumentExtension);
      xml_.Attribute("attribute", argument.attribute);
      Optional("from", argument.from);
      Optional("value", argument.value);
      xml_.Close();
    }
    for (const std::string& output : node.step.outputs) {
      Open(kOutputExtension);
      xml_.Attribute("attribute", output);
      xml_.Close();
    }
    xml_.Close();
  }

  XmlWriter& xml_;
};

flow::Attribute ReadAttribute(const Element& element) {
  flow::Attribute attribute = {.id = element.Get("id"),
                               .title = element.Get("title"),
                               .description = element.Get("description"),
                               .type = TypeOf(element.Get("type")),
                               .required = element.Get("required") == "true",
                               .default_value = element.Get("default"),
                               .minimum = element.Get("minimum"),
                               .maximum = element.Get("maximum"),
                               .currency = element.Get("currency")};
  for (const Element& child : element.children) {
    if (child.Is(Space::kPlumbline, kValueExtension))
      attribute.allowed_values.push_back(child.Get("value"));
  }
  return attribute;
}

void ReadNode(const Element& element, Node* node) {
  if (node->kind == NodeKind::kStep && !element.Get("uses").empty()) {
    node->step.uses = element.Get("uses");
    node->title = element.Get("title");
    node->step.role = element.Get("role");
  }
  for (const Element& child : element.children) {
    if (node->kind == NodeKind::kStep && child.Is(Space::kPlumbline, kOutputExtension))
      node->step.outputs.push_back(child.Get("attribute"));
    if (node->kind == NodeKind::kCall && child.Is(Space::kPlumbline, kArgumentExtension))
      node->arguments.push_back({child.Get("attribute"), child.Get("from"), child.Get("value")});
  }
}

void Index(Node* node, absl::flat_hash_map<std::string, Node*>* nodes) {
  nodes->emplace(node->id, node);
  for (Node& child : node->children) Index(&child, nodes);
}

}  // namespace

absl::string_view ConditionOf(const Flow& flow, const Diagram& diagram) {
  if (flow.branch != nullptr) return flow.branch->condition;
  const Shape& from = diagram.shapes[flow.from];
  const bool leaves = from.kind == ShapeKind::kExclusive && from.node != nullptr &&
                      from.node->kind == NodeKind::kLoop && flow.name != kAgainName;
  return leaves ? absl::string_view(from.node->leave_when) : absl::string_view();
}

const Flow* DefaultOf(const Shape& shape, const Diagram& diagram) {
  const Flow* otherwise = nullptr;
  size_t without = 0;
  for (const int flow : shape.outgoing) {
    if (diagram.flows[flow].branch == nullptr || !diagram.flows[flow].branch->condition.empty())
      continue;
    otherwise = &diagram.flows[flow];
    ++without;
  }
  const bool others = shape.outgoing.size() > 1;
  return shape.kind == ShapeKind::kExclusive && without == 1 && others ? otherwise : nullptr;
}

void WriteCondition(absl::string_view condition, XmlWriter* xml) {
  if (condition.empty()) return;
  xml->Open("bpmn:conditionExpression");
  xml->Attribute("xsi:type", "bpmn:tFormalExpression");
  xml->Attribute("language", kConditionLanguage);
  xml->Text(condition);
  xml->Close();
}

std::string ReadCondition(const Element* flow) {
  const Element* found = flow ? flow->Find(Space::kModel, "conditionExpression") : nullptr;
  return found && found->Get("language") == kConditionLanguage ? found->text : "";
}

void WriteExpressions(const ProcessContent& content, XmlWriter* xml) {
  Writer writer(xml);
  for (const flow::Attribute& attribute : content.attributes) writer.Write(attribute);
  writer.Write(content.root);
}

std::vector<flow::Attribute> ReadAttributes(const Element& extension) {
  std::vector<flow::Attribute> attributes;
  for (const Element& child : extension.children) {
    if (child.Is(Space::kPlumbline, kAttributeExtension))
      attributes.push_back(ReadAttribute(child));
  }
  return attributes;
}

void ReadExpressions(const Element& extension, ProcessContent* content) {
  absl::flat_hash_map<std::string, Node*> nodes;
  Index(&content->root, &nodes);
  for (const Element& child : extension.children) {
    if (!child.Is(Space::kPlumbline, kNodeExtension)) continue;
    const auto it = nodes.find(child.Get("id"));
    if (it != nodes.end()) ReadNode(child, it->second);
  }
}

}  // namespace plumbline::flow::bpmn

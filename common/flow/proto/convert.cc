// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/convert.h"

#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

using ProtoNode = catalog::v1::Node;
using ProtoNodes = google::protobuf::RepeatedPtrField<ProtoNode>;

BusinessDuration ToDuration(const common::v1::BusinessDuration& proto) {
  return {.days = proto.days(), .minutes = proto.minutes()};
}

StepDetails ToStep(const catalog::v1::Step& proto) {
  StepDetails step;
  step.role = proto.role();
  if (proto.has_target()) step.target = ToDuration(proto.target());
  if (proto.has_earliest_day()) step.earliest_day = proto.earliest_day();
  step.utilities.assign(proto.utilities().begin(), proto.utilities().end());
  for (const catalog::v1::ChecklistItem& item : proto.checklist()) {
    step.checklist.push_back({.id = item.id(), .title = item.title(), .optional = item.optional()});
  }
  step.defect_kinds.assign(proto.defect_kinds().begin(), proto.defect_kinds().end());
  step.instructions = proto.instructions();
  step.uses = proto.uses();
  step.outputs.assign(proto.outputs().begin(), proto.outputs().end());
  step.verifier = proto.verifier();
  step.waiver_approver = proto.waiver_approver();
  if (proto.has_automation()) {
    step.automation = Automation{.webhook = proto.automation().webhook(),
                                 .answer_minutes = proto.automation().answer_minutes()};
  }
  return step;
}

catalog::v1::Step ToStepProto(const StepDetails& step) {
  catalog::v1::Step proto;
  proto.set_role(step.role);
  if (step.target) {
    proto.mutable_target()->set_days(step.target->days);
    proto.mutable_target()->set_minutes(step.target->minutes);
  }
  if (step.earliest_day) proto.set_earliest_day(*step.earliest_day);
  proto.mutable_utilities()->Add(step.utilities.begin(), step.utilities.end());
  for (const ChecklistItem& item : step.checklist) {
    catalog::v1::ChecklistItem* line = proto.add_checklist();
    line->set_id(item.id);
    line->set_title(item.title);
    line->set_optional(item.optional);
  }
  proto.mutable_defect_kinds()->Add(step.defect_kinds.begin(), step.defect_kinds.end());
  proto.set_instructions(step.instructions);
  proto.set_uses(step.uses);
  proto.mutable_outputs()->Add(step.outputs.begin(), step.outputs.end());
  proto.set_verifier(step.verifier);
  proto.set_waiver_approver(step.waiver_approver);
  if (step.automation) {
    proto.mutable_automation()->set_webhook(step.automation->webhook);
    proto.mutable_automation()->set_answer_minutes(step.automation->answer_minutes);
  }
  return proto;
}

constexpr std::array<std::pair<expr::Type, catalog::v1::Attribute::Type>, 8> kTypes = {{
    {expr::Type::kString, catalog::v1::Attribute::TYPE_STRING},
    {expr::Type::kNumber, catalog::v1::Attribute::TYPE_NUMBER},
    {expr::Type::kBool, catalog::v1::Attribute::TYPE_BOOL},
    {expr::Type::kDate, catalog::v1::Attribute::TYPE_DATE},
    {expr::Type::kDuration, catalog::v1::Attribute::TYPE_DURATION},
    {expr::Type::kMoney, catalog::v1::Attribute::TYPE_MONEY},
    {expr::Type::kEnum, catalog::v1::Attribute::TYPE_ENUM},
    {expr::Type::kPerson, catalog::v1::Attribute::TYPE_PERSON},
}};

// TYPE_UNSPECIFIED is refused by ValidateProcess; elsewhere it is text.
expr::Type ToType(catalog::v1::Attribute::Type type) {
  for (const auto& [ours, proto] : kTypes)
    if (proto == type) return ours;
  return expr::Type::kString;
}

catalog::v1::Attribute::Type FromType(expr::Type type) {
  for (const auto& [ours, proto] : kTypes)
    if (ours == type) return proto;
  return catalog::v1::Attribute::TYPE_UNSPECIFIED;
}

class Reader {
 public:
  Reader(absl::string_view root, std::vector<base::FieldViolation>* violations)
      : root_(root), violations_(violations) {}

  Node Read(const ProtoNode& proto, const std::string& path, int depth) {
    Node node;
    if (!Admit(path, depth)) return node;
    node.id = proto.id();
    node.title = proto.title();
    node.optional = proto.optional();
    node.condition = proto.condition();
    switch (proto.kind_case()) {
      case ProtoNode::kSequence:
        node.kind = NodeKind::kSequence;
        ReadAll(proto.sequence().nodes(), absl::StrCat(path, ".sequence.nodes"), depth, &node);
        break;
      case ProtoNode::kParallel:
        node.kind = NodeKind::kParallel;
        ReadAll(proto.parallel().nodes(), absl::StrCat(path, ".parallel.nodes"), depth, &node);
        break;
      case ProtoNode::kChoice:
        node.kind = NodeKind::kChoice;
        node.decider = proto.choice().decider();
        ReadAll(proto.choice().nodes(), absl::StrCat(path, ".choice.nodes"), depth, &node);
        break;
      case ProtoNode::kLoop:
        ReadLoop(proto.loop(), absl::StrCat(path, ".loop"), depth, &node);
        break;
      case ProtoNode::kCall:
        ReadCall(proto.call(), &node);
        break;
      case ProtoNode::kStep:
        node.kind = NodeKind::kStep;
        node.step = ToStep(proto.step());
        break;
      case ProtoNode::KIND_NOT_SET:
        Add(path,
            "does not say what it is; set one of sequence, parallel, choice, loop, call and step");
        break;
    }
    return node;
  }

 private:
  // Whether one more node at this depth is within the limits.
  bool Admit(const std::string& path, int depth) {
    if (violations_->size() >= kMaxViolations || nodes_ > kMaxNodes) return false;
    if (++nodes_ > kMaxNodes) {
      Add(root_,
          absl::StrCat("has more than ", kMaxNodes,
                       " nodes; move parts of it into processes of their own and call them"));
      return false;
    }
    if (depth > kMaxDepth) {
      Add(path,
          absl::StrCat("lies more than ", kMaxDepth,
                       " levels deep; move an inner part into a process of its own and call it"));
      return false;
    }
    return true;
  }

  void ReadAll(const ProtoNodes& protos, const std::string& path, int depth, Node* node) {
    for (int i = 0; i < protos.size() && nodes_ <= kMaxNodes; ++i) {
      node->children.push_back(Read(protos[i], absl::StrCat(path, "[", i, "]"), depth + 1));
    }
  }

  void ReadLoop(const catalog::v1::Loop& loop, const std::string& path, int depth, Node* node) {
    node->kind = NodeKind::kLoop;
    node->decider = loop.decider();
    node->leave_when = loop.leave_when();
    if (loop.has_body()) {
      node->children.push_back(Read(loop.body(), absl::StrCat(path, ".body"), depth + 1));
    } else {
      Add(absl::StrCat(path, ".body"), "is required: what is repeated");
    }
    if (loop.has_redo())
      node->children.push_back(Read(loop.redo(), absl::StrCat(path, ".redo"), depth + 1));
  }

  static void ReadCall(const catalog::v1::Call& call, Node* node) {
    node->kind = NodeKind::kCall;
    node->called = call.process();
    for (const catalog::v1::Argument& argument : call.arguments())
      node->arguments.push_back({argument.attribute(), argument.from(), argument.value()});
  }

  void Add(absl::string_view field, absl::string_view description) {
    if (violations_->size() < kMaxViolations)
      violations_->push_back({std::string(field), std::string(description)});
  }

  absl::string_view root_;
  int nodes_ = 0;
  std::vector<base::FieldViolation>* violations_;
};

void Write(const Node& node, ProtoNode* proto);

void WriteAll(const std::vector<Node>& nodes, ProtoNodes* protos) {
  protos->Reserve(static_cast<int>(nodes.size()));
  for (const Node& node : nodes) Write(node, protos->Add());
}

void WriteLoop(const Node& node, catalog::v1::Loop* loop) {
  loop->set_decider(node.decider);
  loop->set_leave_when(node.leave_when);
  if (!node.children.empty()) Write(node.children[0], loop->mutable_body());
  if (node.children.size() > 1) Write(node.children[1], loop->mutable_redo());
}

void WriteCall(const Node& node, catalog::v1::Call* call) {
  call->set_process(node.called);
  for (const Argument& argument : node.arguments) {
    catalog::v1::Argument* proto = call->add_arguments();
    proto->set_attribute(argument.attribute);
    proto->set_from(argument.from);
    proto->set_value(argument.value);
  }
}

void Write(const Node& node, ProtoNode* proto) {
  proto->set_id(node.id);
  proto->set_title(node.title);
  proto->set_optional(node.optional);
  proto->set_condition(node.condition);
  switch (node.kind) {
    case NodeKind::kSequence:
      return WriteAll(node.children, proto->mutable_sequence()->mutable_nodes());
    case NodeKind::kParallel:
      return WriteAll(node.children, proto->mutable_parallel()->mutable_nodes());
    case NodeKind::kChoice:
      proto->mutable_choice()->set_decider(node.decider);
      return WriteAll(node.children, proto->mutable_choice()->mutable_nodes());
    case NodeKind::kLoop:
      return WriteLoop(node, proto->mutable_loop());
    case NodeKind::kCall:
      return WriteCall(node, proto->mutable_call());
    case NodeKind::kStep:
      *proto->mutable_step() = ToStepProto(node.step);
      return;
  }
}

}  // namespace

Node FromProto(const ProtoNode& proto, absl::string_view path,
               std::vector<base::FieldViolation>* violations) {
  return Reader(path, violations).Read(proto, std::string(path), 1);
}

absl::StatusOr<Node> FromProto(const ProtoNode& proto, absl::string_view path) {
  std::vector<base::FieldViolation> violations;
  Node node = FromProto(proto, path, &violations);
  if (!violations.empty()) return ProcessInvalid(violations);
  return node;
}

std::vector<Attribute> AttributesFromProto(
    const google::protobuf::RepeatedPtrField<catalog::v1::Attribute>& protos) {
  std::vector<Attribute> attributes;
  attributes.reserve(static_cast<size_t>(protos.size()));
  for (const catalog::v1::Attribute& proto : protos) {
    attributes.push_back(
        {.id = proto.id(),
         .title = proto.title(),
         .description = proto.description(),
         .type = ToType(proto.type()),
         .required = proto.required(),
         .default_value = proto.default_value(),
         .minimum = proto.minimum(),
         .maximum = proto.maximum(),
         .allowed_values = {proto.allowed_values().begin(), proto.allowed_values().end()},
         .currency = proto.currency()});
  }
  return attributes;
}

catalog::v1::Attribute ToProto(const Attribute& attribute) {
  catalog::v1::Attribute proto;
  proto.set_id(attribute.id);
  proto.set_title(attribute.title);
  proto.set_description(attribute.description);
  proto.set_type(FromType(attribute.type));
  proto.set_required(attribute.required);
  proto.set_default_value(attribute.default_value);
  proto.set_minimum(attribute.minimum);
  proto.set_maximum(attribute.maximum);
  proto.mutable_allowed_values()->Add(attribute.allowed_values.begin(),
                                      attribute.allowed_values.end());
  proto.set_currency(attribute.currency);
  return proto;
}

absl::StatusOr<PlanSource> SourceFromProto(const catalog::v1::Process& proto) {
  ASSIGN_OR_RETURN(Node root, FromProto(proto.root(), "root"));
  PlanSource source(std::move(root), AttributesFromProto(proto.attributes()));
  const absl::string_view name =
      absl::string_view(proto.name()).substr(proto.name().rfind('/') + 1);
  source.process = std::string(name.substr(0, name.find('@')));
  return source;
}

absl::StatusOr<ProcessContent> ContentFromProto(const catalog::v1::Process& proto) {
  ASSIGN_OR_RETURN(Node root, FromProto(proto.root(), "root"));
  ProcessContent content;
  content.title = proto.title();
  content.purpose = proto.purpose();
  content.owner = proto.owner();
  if (proto.has_target()) content.target = ToDuration(proto.target());
  content.labels.insert(proto.labels().begin(), proto.labels().end());
  content.attributes = AttributesFromProto(proto.attributes());
  content.root = std::move(root);
  AimsFromProto(proto, &content);
  return content;
}

ProtoNode ToProto(const Node& tree) {
  ProtoNode proto;
  Write(tree, &proto);
  return proto;
}

}  // namespace plumbline::flow

// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/test_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace plumbline::flow::bpmn {
namespace {

std::string ChildrenOf(const Node& node, absl::string_view separator) {
  return absl::StrCat("(",
                      absl::StrJoin(node.children, separator,
                                    [](std::string* out, const Node& child) {
                                      absl::StrAppend(out, TextOf(child));
                                    }),
                      ")");
}

std::string Question(absl::string_view word, const Node& node) {
  return absl::StrCat(word, " '", node.title, "'",
                      node.decider.empty() ? "" : absl::StrCat(" by ", node.decider));
}

std::string PlainText(const Node& node) {
  switch (node.kind) {
    case NodeKind::kSequence:
      return absl::StrCat(node.title.empty() ? "seq" : absl::StrCat("sub '", node.title, "'"),
                          ChildrenOf(node, ", "));
    case NodeKind::kParallel:
      return absl::StrCat(node.title.empty() ? "and" : absl::StrCat("and '", node.title, "'"),
                          ChildrenOf(node, ", "));
    case NodeKind::kChoice:
      return absl::StrCat(Question("xor", node), ChildrenOf(node, ", "));
    case NodeKind::kLoop:
      return absl::StrCat(Question("loop", node), ChildrenOf(node, "; "));
    case NodeKind::kCall:
      return absl::StrCat("call ", node.called);
    case NodeKind::kStep:
      return node.title;
  }
  return "";
}

const char* WordFor(Finding::Effect effect) {
  return effect == Finding::Effect::kIgnored   ? "ignored"
         : effect == Finding::Effect::kChanged ? "changed"
                                               : "dropped";
}

}  // namespace

std::string TextOf(const Node& node) {
  return absl::StrCat(PlainText(node), node.optional ? "?" : "");
}

std::string FileOf(absl::string_view elements, absl::string_view flows) {
  std::string xml = absl::StrCat(
      "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><process id=\"p\">\n",
      elements, "\n");
  for (const absl::string_view flow : absl::StrSplit(flows, ' ', absl::SkipEmpty())) {
    const std::vector<std::string> ends = absl::StrSplit(flow, '>');
    absl::StrAppend(&xml, "<sequenceFlow id=\"", ends[0], "-", ends[1], "\" sourceRef=\"", ends[0],
                    "\" targetRef=\"", ends[1], "\"/>\n");
  }
  return absl::StrCat(xml, "</process></definitions>\n");
}

std::string Tasks(absl::string_view letters) {
  std::string xml;
  for (const char c : letters) {
    const std::string name(1, c);
    absl::StrAppend(&xml, "<task id='", name, "' name='", std::string(1, c - 'a' + 'A'), "'/>");
  }
  return xml;
}

std::string Timer(absl::string_view attributes, absl::string_view inner) {
  return absl::StrCat("<boundaryEvent id='t' attachedToRef='a' ", attributes,
                      "><timerEventDefinition>", inner, "</timerEventDefinition></boundaryEvent>");
}

std::string TextOf(const std::vector<Finding>& findings) {
  return absl::StrJoin(findings, "\n", [](std::string* out, const Finding& finding) {
    absl::StrAppend(out, "line ", finding.line, " ", WordFor(finding.effect), " ", finding.element,
                    " ", finding.id, ": ", finding.reason);
  });
}

}  // namespace plumbline::flow::bpmn

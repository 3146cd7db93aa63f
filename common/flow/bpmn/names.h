// SPDX-License-Identifier: Apache-2.0
//
// Names that files of BPMN 2.0 use: namespaces, and our own extension elements, which writing and
// reading share.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_NAMES_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_NAMES_H_

namespace plumbline::flow::bpmn {

inline constexpr char kModelNamespace[] = "http://www.omg.org/spec/BPMN/20100524/MODEL";
inline constexpr char kDiagramNamespace[] = "http://www.omg.org/spec/BPMN/20100524/DI";
inline constexpr char kDcNamespace[] = "http://www.omg.org/spec/DD/20100524/DC";
inline constexpr char kDiNamespace[] = "http://www.omg.org/spec/DD/20100524/DI";
// BPMN in Color, and the older form of it that bpmn.io's tools know as well.
inline constexpr char kColorNamespace[] = "http://www.omg.org/spec/BPMN/non-normative/color/1.0";
inline constexpr char kXsiNamespace[] = "http://www.w3.org/2001/XMLSchema-instance";
inline constexpr char kBiocNamespace[] = "http://bpmn.io/schema/bpmn/biocolor/1.0";

// The language of our conditions, and the name of the flow by which a loop goes back.
inline constexpr char kConditionLanguage[] = "https://google.aip.dev/160";
inline constexpr char kAgainName[] = "again";

// Our extension elements (namespace kExtensionNamespace):
//   <process id owner target> <label key value/>* <attribute id title type ...> <value value/>*
//     <milestone id title description node target/>*
//     <escalation id trigger> <watched id/>* <level after> <notified who/>*
//     <node id uses title role> <argument attribute from value/>* <output attribute/>*
//                                   in the process: what stands beside the tree, what calls hand
//                                   over, what steps yield, and what they leave to the library
//   <root id title/>                in the process: its flow is the sequence that is the root
//   <sequence id/>                  in a sequence flow: it begins a sequence without a shape
//   <decision decider/>             in the gateway that asks, of a choice or a loop
//   <call process/>                 in a call activity: "processes/{p}@{revision}"
//   <step target earliestDay verifier waiverApprover webhook answerMinutes>
//     <utility id/>* <checklistItem id title optional/>* <defectKind id/>*
//   <legend/>                       in an annotation: it says what a colour means
// Targets are ISO 8601 durations in business time. A documentation element with the text format
// kTargetFormat says the target again, in words for people.
inline constexpr char kProcessExtension[] = "process";
inline constexpr char kLabelExtension[] = "label";
inline constexpr char kAttributeExtension[] = "attribute";
inline constexpr char kValueExtension[] = "value";
inline constexpr char kMilestoneExtension[] = "milestone";
inline constexpr char kEscalationExtension[] = "escalation";
inline constexpr char kWatchedExtension[] = "watched";
inline constexpr char kLevelExtension[] = "level";
inline constexpr char kNotifiedExtension[] = "notified";
inline constexpr char kNodeExtension[] = "node";
inline constexpr char kArgumentExtension[] = "argument";
inline constexpr char kOutputExtension[] = "output";
inline constexpr char kRootExtension[] = "root";
inline constexpr char kSequenceExtension[] = "sequence";
inline constexpr char kDecisionExtension[] = "decision";
inline constexpr char kCallExtension[] = "call";
inline constexpr char kStepExtension[] = "step";
inline constexpr char kUtilityExtension[] = "utility";
inline constexpr char kChecklistExtension[] = "checklistItem";
inline constexpr char kDefectExtension[] = "defectKind";
inline constexpr char kLegendExtension[] = "legend";

inline constexpr char kTargetFormat[] = "text/x-target";

// The id of a process element before the id of the process: node ids have no "_".
inline constexpr char kProcessIdPrefix[] = "process_";

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_NAMES_H_

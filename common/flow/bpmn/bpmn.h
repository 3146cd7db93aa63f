// SPDX-License-Identifier: Apache-2.0
//
// Process trees as BPMN 2.0 (OMG formal/2011-01-03, ISO/IEC 19510:2013) and back. Pure: text to
// values, values to text.
//
// How a tree is drawn, and read back:
//   step       userTask; the role is its potentialOwner, the instructions are its documentation
//   sequence   the flow itself; where it has a title, is optional, or the flow alone would not show
//              it, an expanded subProcess
//   parallel   a pair of parallel gateways
//   choice     a pair of exclusive gateways, the question at the first
//   loop       an exclusive gateway before the body, one after it with the question; `redo` lies on
//              the way back
//   call       callActivity
//   optional   a pair of exclusive gateways around the node, with a way past it
//   condition, leave_when   the conditionExpression of the flow into the branch or past the gateway
//              of the loop, in the language https://google.aip.dev/160
// What BPMN has no place for (targets, checklists, utilities, deciders, ids of sequences,
// attributes, arguments, uses) stands in extension elements of the namespace kExtensionNamespace,
// so that Import(Export(p)) == p.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_BPMN_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_BPMN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/process.h"

namespace plumbline::flow::bpmn {

inline constexpr char kExtensionNamespace[] = "urn:plumbline:bpmn:1";

struct Process {
  std::string id;  // "deal-desk-approval"
  ProcessContent content;
  bool operator==(const Process&) const = default;
};

// The BPMN 2.0 XML (UTF-8) of a process whose tree is valid (Validate), with its diagram: a
// recursive block layout from left to right, branches below each other, ways past a node above and
// ways back below it, edges orthogonal, no shapes overlapping. Tasks have a colour per role, which
// a legend explains. Ids of elements are NCNames made of the ids of nodes, the same every time.
// Characters that XML cannot hold (U+0000 to U+001F but tab and line ends, U+FFFE, U+FFFF) become
// U+FFFD. O(size of the tree x its depth).
std::string Export(const Process& process);

// What a file may have. The tree has limits of its own (kMaxDepth, kMaxNodes).
inline constexpr size_t kMaxFileBytes = 16 << 20;
inline constexpr int kMaxXmlDepth = 100;
inline constexpr int kMaxXmlElements = 250'000;
inline constexpr int kMaxFlowElements = 20'000;  // nodes and sequence flows of one process

struct ImportOptions {
  // Keep what can be kept instead of refusing what cannot.
  bool best_effort = false;
  // The role of tasks for which the file names nobody.
  std::string default_role = "unassigned";
  // The BPMN id of the process to read, where a file holds several; "" = the only one.
  std::string process;
};

// Something of the file that is not in the tree.
struct Finding {
  enum class Effect {
    kIgnored,  // says nothing about what is done and in which order: left out, always
    kChanged,  // read as something near to it
    kDropped,  // left out
  };
  Effect effect = Effect::kIgnored;
  std::string element;  // "boundaryEvent"
  std::string id;       // "" = it has none
  std::string name;
  int64_t line = 0;  // from 1
  std::string reason;
};

struct Imported {
  Process process;
  // Whether the file says all of the process, as those of Export do; else it says nothing about
  // owner, target, labels and attributes, and process.id is made of the BPMN id.
  bool complete = false;
  std::vector<Finding> findings;  // by line
};

// Reads the block-structured BPMN of any vendor: namespaces with any prefix, UTF-8, UTF-16,
// ISO-8859-1; the diagram interchange is not looked at.
//   - Tasks of all kinds are steps, and so are message events between others. The role comes from
//     potentialOwner, performer, the candidate groups or assignee of Camunda, Zeebe, Flowable and
//     Activiti, else from the innermost lane, else from the pool, else from the options.
//   - Exclusive gateways are choices or loops, parallel gateways are parallel; several flows out of
//     an activity begin parallel branches, several into one merge, several end events are one end
//     (all as the standard says, section 13.2). Conditions in our language decide as they do in the
//     diagram, where need be put together (conditions.h); what cannot be kept of them, and those in
//     other languages, are told as findings.
//   - Inclusive gateways that are a pair are parallel branches each of which is optional; so are
//     conditional flows out of an activity, each under its condition. Whether one at least is taken
//     is left to people.
//   - Sub-processes are sequences; loop markers are loops (optional ones where the condition is
//     tested first); multiple instances are not supported.
//   - Timers with a duration at the edge of a task are its target, of several the shortest: days
//     are business days, a week has five, hours are open hours.
//   - Versions of called processes are those of the file's own engine and are told; ours stand in
//     our extension, or in a calledElement like "processes/desk@3" or "desk@3". Where the two name
//     different processes, or calledElement a revision of its own, it holds, which is told.
//   - Text annotations, groups, data, message flows and triggers of the start are ignored and told.
// The structure is found by reducing the graph: series and parallel edges (Valdes, Tarjan, Lawler
// 1982), typed by the gateways, and loops; gateways that join and split are taken apart before
// (Polyvyanyy, Vanhatalo, Voelzer 2010, section 3). What is left over when nothing can be reduced
// is exactly the fragments of the refined process structure tree that are no bonds and no polygons
// (Vanhatalo, Voelzer, Koehler 2009).
//
// Errors: IMPORT_FORMAT with the line (no XML, no BPMN, beyond a limit), FIELD_INVALID
// ("process_element": no such process, or which of several), BPMN_UNSUPPORTED with every element
// that the tree cannot express (never with best_effort, unless nothing would be left),
// PROCESS_INVALID where the tree is too deep or too large (told before it is built). O(size of the
// file), and O(n^2) for the n elements of a process at worst.
absl::StatusOr<Imported> Import(absl::string_view xml, const ImportOptions& options);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_BPMN_H_

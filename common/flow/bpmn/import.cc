// SPDX-License-Identifier: Apache-2.0
//
// Reading a file: which process, who does what, its flow, and what is said of the rest.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/aims.h"
#include "common/flow/bpmn/activities.h"
#include "common/flow/bpmn/aims.h"
#include "common/flow/bpmn/blocks.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/expressions.h"
#include "common/flow/bpmn/kinds.h"
#include "common/flow/bpmn/level.h"
#include "common/flow/bpmn/names.h"
#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/validate.h"

namespace plumbline::flow::bpmn {
namespace {

// Who asks for more can dry-run with best_effort.
constexpr size_t kMaxTold = 200;

bool HasFlow(const Element& process) {
  return std::any_of(process.children.begin(), process.children.end(), [](const Element& child) {
    const Kind kind = KindOf(child);
    return kind != Kind::kSilent && kind != Kind::kAside && kind != Kind::kUnsupported;
  });
}

std::string ListOf(const std::vector<const Element*>& processes) {
  return absl::StrJoin(processes, ", ", [](std::string* out, const Element* process) {
    absl::StrAppend(out, "'", ShortenText(process->Get("id")), "' (line ", process->line, ")");
  });
}

// The process element to read.
absl::StatusOr<const Element*> Choose(const Element& definitions, const std::string& id) {
  std::vector<const Element*> all, with_flow;
  for (const Element& child : definitions.children) {
    if (!child.Is(Space::kModel, "process")) continue;
    if (!id.empty() && child.Get("id") == id) return &child;
    all.push_back(&child);
    if (HasFlow(child)) with_flow.push_back(&child);
  }
  if (all.empty()) return FormatError(definitions.line, "the file holds no process");
  if (all.size() > 10) all.resize(10);
  if (!id.empty()) {
    return base::FieldError("process_element", absl::StrCat("'", ShortenText(id),
                                                            "' is no process of the file, which "
                                                            "holds ",
                                                            ListOf(all)));
  }
  if (with_flow.size() == 1) return with_flow[0];
  if (all.size() == 1) return all[0];
  return base::FieldError("process_element",
                          absl::StrCat("the file holds several processes: ", ListOf(all),
                                       "; name one with `process_element`"));
}

// Keeps the ids of all elements in and below a process that are ids of nodes, and those that our
// extensions name. Refuses what is too large before anything is made of it.
absl::Status KeepIds(const Element& process, Reading* reading) {
  absl::flat_hash_map<absl::string_view, const Element*> seen;
  std::vector<const Element*> open = {&process};
  int elements = 0, activities = 0;
  while (!open.empty()) {
    const Element& level = *open.back();
    open.pop_back();
    for (const Element& child : level.children) {
      const Kind kind = KindOf(child);
      if (kind == Kind::kSilent || kind == Kind::kAside || kind == Kind::kUnsupported) continue;
      if (kind == Kind::kSubProcess) open.push_back(&child);
      if (kind == Kind::kStep || kind == Kind::kCall || kind == Kind::kSubProcess) ++activities;
      if (++elements > kMaxFlowElements) {
        return FormatError(child.line, absl::StrCat("the process has more than ", kMaxFlowElements,
                                                    " flow elements; divide it into several that "
                                                    "call each other"));
      }
      const std::string& id = child.Get("id");
      if (const Element* mark = Extension(child, kSequenceExtension); mark != nullptr)
        reading->ids().Keep(mark->Get("id"));
      if (kind == Kind::kFlow) continue;
      if (id.empty()) return FormatError(child.line, absl::StrCat(child.name, " has no id"));
      const auto [other, fresh] = seen.emplace(id, &child);
      if (!fresh) {
        return FormatError(child.line,
                           absl::StrCat(child.name, " has the id '", ShortenText(id), "' of ",
                                        Describe(*other->second), "; give each its own"));
      }
      reading->ids().Keep(id);
    }
  }
  if (activities <= kMaxNodes) return absl::OkStatus();
  return ProcessInvalid(
      {{"process.root",
        absl::StrCat("has ", activities, " activities; a process has up to ", kMaxNodes,
                     " nodes: move parts of it into processes of their own and "
                     "call them")}});
}

// Lanes, innermost last.
void ReadLanes(const Element& set, Reading* reading) {
  for (const Element& lane : set.children) {
    if (!lane.Is(Space::kModel, "lane")) continue;
    const std::string name = reading->NameOf(lane);
    for (const Element& child : lane.children) {
      if (child.Is(Space::kModel, "flowNodeRef") && !name.empty())
        reading->SetRole(Reference(child.text), name);
    }
    if (const Element* inner = lane.Find(Space::kModel, "childLaneSet"); inner != nullptr)
      ReadLanes(*inner, reading);
  }
}

// Lanes of the sub-processes in a level belong to it as well.
void ReadAllLanes(const Element& level, Reading* reading) {
  for (const Element& child : level.children) {
    if (child.Is(Space::kModel, "laneSet")) ReadLanes(child, reading);
    if (KindOf(child) == Kind::kSubProcess) ReadAllLanes(child, reading);
  }
}

// Pools, resources, and what is between processes. Returns the pool of the process, or nullptr.
const Element* ReadAround(const Element& definitions, const Element& process, Reading* reading) {
  const Element* pool = nullptr;
  for (const Element& child : definitions.children) {
    if (child.Is(Space::kModel, "resource"))
      reading->resources[child.Get("id")] = child.Get("name");
    if (!child.Is(Space::kModel, "collaboration")) continue;
    for (const Element& part : child.children) {
      if (part.Is(Space::kModel, "participant") &&
          Reference(part.Get("processRef")) == process.Get("id")) {
        pool = &part;
      } else if (part.Is(Space::kModel, "participant") || part.Is(Space::kModel, "messageFlow")) {
        reading->Ignore(part, "is not part of the process that is read");
      }
    }
  }
  if (pool != nullptr) reading->SetPool(reading->NameOf(*pool));
  return pool;
}

void ReadHeader(const Element& definitions, const Element& process, const Element* pool,
                Reading* reading, Process* result) {
  const Element* extension = Extension(process, kProcessExtension);
  ProcessContent& content = result->content;
  result->id = Slug(absl::StripPrefix(process.Get("id"), kProcessIdPrefix));
  content.title = reading->NameOf(process);
  if (content.title.empty() && pool != nullptr) content.title = reading->NameOf(*pool);
  if (content.title.empty()) content.title = reading->NameOf(definitions);
  if (content.title.empty()) content.title = result->id;
  content.purpose = Documentation(process, *reading);
  if (extension == nullptr) return;
  if (base::IsValidId(extension->Get("id"))) result->id = extension->Get("id");
  content.owner = extension->Get("owner");
  content.target = ReadTarget(*extension, reading);
  content.attributes = ReadAttributes(*extension);
  ReadAims(*extension, reading, &content);
  reading->SetSchema(SchemaOf(content.attributes));
  for (const Element& label : extension->children) {
    if (label.Is(Space::kPlumbline, kLabelExtension))
      content.labels[label.Get("key")] = label.Get("value");
  }
}

Node MakeRoot(const Element& process, std::vector<Node> nodes, Reading* reading) {
  if (const Element* root = Extension(process, kRootExtension); root != nullptr) {
    return MakeSequence(reading->ids().TakeOf(root->Get("id")), root->Get("title"),
                        std::move(nodes));
  }
  // A condition has no place at the root.
  if (nodes.size() == 1 && nodes[0].condition.empty()) return std::move(nodes[0]);
  return MakeSequence(reading->ids().Fresh("main"), "", std::move(nodes));
}

absl::Status TooDeep() {
  return ProcessInvalid(
      {{"process.root", absl::StrCat("has blocks inside each other more than ", kMaxDepth,
                                     " levels deep; move an inner part into a process of its own "
                                     "and call it")}});
}

// "task 'Ask'"; "task" of one that has neither name nor id.
std::string Called(const Finding& finding) {
  const std::string& called = finding.name.empty() ? finding.id : finding.name;
  return called.empty() ? finding.element : absl::StrCat(finding.element, " '", called, "'");
}

std::string Sentence(const Finding& finding) {
  return absl::StrCat("line ", finding.line, ": ", Called(finding), " ", finding.reason);
}

// One error for everything that is not in the tree though it matters; OK if there is nothing.
absl::Status Refusal(const std::vector<Finding>& findings) {
  std::vector<const Finding*> told;
  for (const Finding& finding : findings) {
    if (finding.effect != Finding::Effect::kIgnored) told.push_back(&finding);
  }
  if (told.empty()) return absl::OkStatus();
  std::string message = Sentence(*told[0]);
  if (told.size() > 1) absl::StrAppend(&message, " (and ", told.size() - 1, " more)");
  absl::StrAppend(&message, "; mend the diagram, or import what can be kept with best_effort");
  base::Error error(base::Reason::ERROR_REASON_BPMN_UNSUPPORTED, message);
  error.With("line", absl::StrCat(told[0]->line)).With("count", absl::StrCat(told.size()));
  for (size_t i = 0; i < std::min(told.size(), kMaxTold); ++i) {
    const Finding& finding = *told[i];
    error.Field(absl::StrCat("xml.", finding.element, "['", finding.id, "']"),
                absl::StrCat("line ", finding.line, ", ", Called(finding), ": ", finding.reason));
  }
  return error;
}

}  // namespace

absl::StatusOr<Imported> Import(absl::string_view xml, const ImportOptions& options) {
  ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(xml));
  const Element& definitions = document.root;
  ASSIGN_OR_RETURN(const Element* const process, Choose(definitions, options.process));
  Imported imported;
  imported.complete = Extension(*process, kProcessExtension) != nullptr;
  Reading reading(options, imported.complete);
  if (const Element* root = Extension(*process, kRootExtension); root != nullptr)
    reading.ids().Keep(root->Get("id"));
  RETURN_IF_ERROR(KeepIds(*process, &reading));
  const Element* pool = ReadAround(definitions, *process, &reading);
  ReadAllLanes(*process, &reading);
  ReadHeader(definitions, *process, pool, &reading, &imported.process);
  std::vector<Node> nodes = ReadLevel(*process, "", &reading);
  if (reading.too_deep()) return TooDeep();
  if (document.foreign > 0) {
    reading.Ignore(definitions,
                   absl::StrCat("elements of other vendors (", document.foreign, ") are not kept"));
  }
  imported.findings = reading.TakeFindings();
  if (!options.best_effort || nodes.empty()) RETURN_IF_ERROR(Refusal(imported.findings));
  if (nodes.empty()) return FormatError(process->line, "the process holds no activity");
  imported.process.content.root = MakeRoot(*process, std::move(nodes), &reading);
  ProcessContent& content = imported.process.content;
  if (const Element* extension = Extension(*process, kProcessExtension); extension != nullptr)
    ReadExpressions(*extension, &content);
  std::vector<base::FieldViolation> faults =
      Validate(content.root, SchemaOf(content.attributes), "process.root");
  ValidateAims(content, "process", &faults);
  RETURN_IF_ERROR(ProcessInvalid(faults));
  return imported;
}

}  // namespace plumbline::flow::bpmn

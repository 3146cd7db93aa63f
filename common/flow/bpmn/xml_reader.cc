// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/xml_reader.h"

#include <expat.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/names.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr char kSeparator = '\n';  // between namespace and name; a namespace cannot hold it

// nullopt: none that we read. No attribute of BPMN itself has a prefix.
std::optional<Space> SpaceOf(absl::string_view uri) {
  if (uri == kModelNamespace) return Space::kModel;
  if (uri == kExtensionNamespace) return Space::kPlumbline;
  if (uri == "http://camunda.org/schema/1.0/bpmn" || uri == "http://flowable.org/bpmn" ||
      uri == "http://activiti.org/bpmn") {
    return Space::kCamunda;
  }
  if (uri == "http://camunda.org/schema/zeebe/1.0") return Space::kZeebe;
  return std::nullopt;
}

// Of other vendors' elements we read these; of their attributes all.
bool IsRead(Space space, absl::string_view name) {
  if (space == Space::kZeebe) return name == "assignmentDefinition" || name == "calledElement";
  return space != Space::kCamunda;
}

struct Name {
  absl::string_view uri, local;
};

Name Split(absl::string_view name) {
  const size_t at = name.rfind(kSeparator);
  if (at == absl::string_view::npos) return {"", name};
  return {name.substr(0, at), name.substr(at + 1)};
}

absl::string_view WhatIsBroken(XML_Error code) {
  switch (code) {
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
      return "it ends too early; send the whole file";
    case XML_ERROR_TAG_MISMATCH:
      return "an end tag does not fit its start tag";
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
      return "an element has an attribute twice";
    case XML_ERROR_UNDEFINED_ENTITY:
      return "an entity is used that XML does not define";
    case XML_ERROR_BAD_CHAR_REF:
      return "a character reference names no character";
    case XML_ERROR_UNBOUND_PREFIX:
      return "a prefix is used that no xmlns attribute declares";
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
      return "the encoding that it declares is not known or not its own; save it as UTF-8";
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return "something follows its end";
    default:
      return "it is not well-formed XML, or not in the encoding that it declares";
  }
}

class Reader {
 public:
  Reader() : parser_(XML_ParserCreateNS(nullptr, kSeparator), XML_ParserFree) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
          static_cast<Reader*>(self)->Start(name, attributes);
        },
        [](void* self, const char*) { static_cast<Reader*>(self)->End(); });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int size) {
      static_cast<Reader*>(self)->Text({text, static_cast<size_t>(size)});
    });
    XML_SetEntityDeclHandler(parser_.get(), [](void* self, const char* name, int, const char*, int,
                                               const char*, const char*, const char*, const char*) {
      static_cast<Reader*>(self)->Fail(
          "the file declares an XML entity, which no diagram needs; remove the DOCTYPE");
    });
  }

  absl::StatusOr<XmlDocument> Read(absl::string_view bytes) {
    const XML_Status status =
        XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
    RETURN_IF_ERROR(error_);
    if (status != XML_STATUS_OK) {
      return FormatError(line(), absl::StrCat("the file cannot be read: ",
                                              WhatIsBroken(XML_GetErrorCode(parser_.get()))));
    }
    return std::move(document_);
  }

 private:
  int64_t line() const { return static_cast<int64_t>(XML_GetCurrentLineNumber(parser_.get())); }

  void Fail(absl::string_view message) {
    if (error_.ok()) error_ = FormatError(line(), message);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  bool Admit() {
    if (depth_ > kMaxXmlDepth) {
      Fail(absl::StrCat("elements are nested deeper than ", kMaxXmlDepth));
    } else if (++elements_ > kMaxXmlElements) {
      Fail(absl::StrCat("the file has more than ", kMaxXmlElements,
                        " elements; divide the process into several that call each other"));
    }
    return error_.ok();
  }

  void Start(const char* qualified, const char** attributes) {
    if (!error_.ok()) return;
    ++depth_;
    if (!Admit() || skipping_from_ > 0) return;
    const Name name = Split(qualified);
    const std::optional<Space> space = SpaceOf(name.uri);
    if (depth_ == 1) return StartRoot(name, attributes);
    if (!space || !IsRead(*space, name.local)) {
      skipping_from_ = depth_;
      if (name.uri != kDiagramNamespace) ++document_.foreign;
      return;
    }
    std::vector<Element>& siblings = open_.back()->children;
    siblings.push_back(Make(*space, name.local, attributes));
    open_.push_back(&siblings.back());
  }

  void StartRoot(const Name& name, const char** attributes) {
    if (name.local != "definitions" || name.uri != kModelNamespace) {
      return Fail(absl::StrCat("the file is XML, but no BPMN 2.0: its first element is '",
                               name.local.substr(0, 80), "', not 'definitions' of the namespace ",
                               kModelNamespace));
    }
    document_.root = Make(Space::kModel, name.local, attributes);
    open_.push_back(&document_.root);
  }

  Element Make(Space space, absl::string_view name, const char** attributes) const {
    Element element{.space = space, .name = std::string(name), .line = line()};
    for (; *attributes != nullptr; attributes += 2) {
      const Name key = Split(attributes[0]);
      const std::optional<Space> of = key.uri.empty() ? Space::kNone : SpaceOf(key.uri);
      if (of) element.attributes.push_back({*of, std::string(key.local), attributes[1]});
    }
    return element;
  }

  void End() {
    if (!error_.ok()) return;
    if (skipping_from_ == 0) open_.pop_back();
    if (skipping_from_ == depth_) skipping_from_ = 0;
    --depth_;
  }

  void Text(absl::string_view text) {
    if (error_.ok() && skipping_from_ == 0 && !open_.empty())
      open_.back()->text.append(text.data(), text.size());
  }

  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  XmlDocument document_;
  absl::Status error_;
  // From the root to the element that is open. Only the last of siblings has open elements below
  // it, so that no pointer outlives the vector that it points into.
  std::vector<Element*> open_;
  int depth_ = 0;
  int skipping_from_ = 0;  // depth of the element that is passed over; 0 = none
  int elements_ = 0;
};

}  // namespace

const std::string& Element::Get(absl::string_view attribute, Space of) const {
  static const std::string kNothing;
  for (const Attribute& a : attributes) {
    if (a.space == of && a.name == attribute) return a.value;
  }
  return kNothing;
}

const Element* Element::Find(Space of, absl::string_view called) const {
  for (const Element& child : children) {
    if (child.Is(of, called)) return &child;
  }
  return nullptr;
}

absl::Status FormatError(int64_t line, absl::string_view message) {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", line, ": ", message))
      .With("line", absl::StrCat(line));
}

absl::StatusOr<XmlDocument> ReadXml(absl::string_view bytes) {
  if (bytes.size() > kMaxFileBytes) {
    return FormatError(1, absl::StrCat("the file has ", bytes.size(),
                                       " bytes; a diagram may have up to ", kMaxFileBytes));
  }
  return Reader().Read(bytes);
}

}  // namespace plumbline::flow::bpmn

// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/yaml/text.h"

namespace plumbline::yaml {
namespace {

Position At(const YAML::Mark& mark) {
  return mark.is_null() ? Position{} : Position{mark.line + 1, mark.column + 1};
}

std::string Explain(const YAML::Exception& e) {
  if (e.msg == YAML::ErrorMsg::DOC_IN_SCALAR || e.msg == YAML::ErrorMsg::EOF_IN_SCALAR) {
    return "not YAML: a quoted text is not closed before this line";
  }
  return absl::StrCat("not YAML: ", OnlyUtf8(e.msg));
}

// Builds the tree from events. Events, not yaml-cpp's own nodes: those expand aliases and forget
// where scalars stood.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Value* root, std::vector<Problem>* problems) : root_(root), problems_(problems) {}

  bool saw_content() const { return saw_content_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(ValueKind::kNull, mark, "?", anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "aliases (*name) are not supported; write the value out");
    Add(ValueKind::kNull, mark, "?", 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    // yaml-cpp gives quoted and block scalars the tag "!".
    Value* added = Add(ValueKind::kScalar, mark, tag == "!" ? "?" : tag, anchor);
    if (added == nullptr) return;
    added->quoted = tag == "!";
    added->text = value;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(ValueKind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(ValueKind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  void Refuse(const YAML::Mark& mark, absl::string_view what) {
    if (problems_->size() < kMaxProblems) problems_->push_back({At(mark), "", std::string(what)});
  }

  // The new value, or nullptr past the limits: then nothing more is kept, the problem is noted
  // once.
  Value* Add(ValueKind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    if (overflowed_) return nullptr;
    if (!tag.empty() && tag != "?") {
      Refuse(mark, absl::StrCat("tags (", OnlyUtf8(tag),
                                ") are not supported; the field gives the type"));
    }
    if (anchor != 0) Refuse(mark, "anchors (&name) are not supported; write the value out");
    if (++nodes_ > kMaxNodes) {
      return Overflow(mark, absl::StrCat("more than ", kMaxNodes, " values in one document"));
    }
    if (open_.size() >= kMaxDepth) {
      return Overflow(mark, absl::StrCat("nested deeper than ", kMaxDepth, " levels"));
    }
    saw_content_ = true;
    Value* place = root_;
    if (!open_.empty()) place = &open_.back()->children.emplace_back();
    place->kind = kind;
    place->position = At(mark);
    return place;
  }

  Value* Overflow(const YAML::Mark& mark, absl::string_view what) {
    overflowed_ = true;
    Refuse(mark, what);
    return nullptr;
  }

  // The children of an open value grow only after its last open child is closed, so the pointers
  // stay good.
  void Open(ValueKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Value* added = Add(kind, mark, tag, anchor);
    if (added != nullptr) open_.push_back(added);
  }
  void Close() {
    if (!overflowed_) open_.pop_back();
  }

  Value* root_;
  std::vector<Problem>* problems_;
  std::vector<Value*> open_;
  int nodes_ = 0;
  bool overflowed_ = false;
  bool saw_content_ = false;
};

}  // namespace

void ReadDocument(absl::string_view text, Value* root, std::vector<Problem>* problems) {
  std::string normal;
  if (!NormalizeText(text, &normal, problems)) return;
  // A quoted text that is still open at the end is taken for closed; in front of an end mark it is
  // an error.
  absl::StrAppend(&normal, !normal.empty() && normal.back() == '\n' ? "" : "\n", "...\n");
  std::istringstream stream(std::move(normal));
  Builder builder(root, problems);
  try {
    YAML::Parser parser(stream);
    const bool found = parser.HandleNextDocument(builder);
    if (problems->empty() && (!found || root->kind == ValueKind::kNull)) {
      problems->push_back({Position{}, "", "the document is empty"});
    }
    if (!problems->empty()) return;
    Value second;
    std::vector<Problem> ignored;
    Builder after(&second, &ignored);
    if (parser.HandleNextDocument(after)) {
      problems->push_back(
          {second.position, "", "a second document begins here; give one document per file"});
    }
  } catch (const YAML::Exception& e) {
    // A problem that was already found explains more than the fault that it led to.
    if (problems->empty()) problems->push_back({At(e.mark), "", Explain(e)});
  }
}

}  // namespace plumbline::yaml

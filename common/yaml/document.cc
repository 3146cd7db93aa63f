// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/document.h"

#include <yaml.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/utf8.h"
#include "common/yaml/quick.h"
#include "common/yaml/text.h"

namespace plumbline::yaml {
namespace {

// libyaml counts lines and characters from 0; we count bytes, from 1. Marks nearly always move
// forward, so the place of the last one is where the next search begins.
class Places {
 public:
  // `text`: with LF line ends, and longer-lived than this.
  explicit Places(absl::string_view text)
      : text_(text), ascii_(std::none_of(text.begin(), text.end(), IsBeyondAscii)) {}

  Position At(const yaml_mark_t& mark) {
    if (ascii_) return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
    if (mark.line < line_) Restart();
    while (line_ < mark.line) {
      const size_t end = text_.find('\n', at_);
      if (end == absl::string_view::npos) break;
      line_begin_ = at_ = end + 1;
      ++line_;
      characters_ = 0;
    }
    if (mark.column < characters_) {
      at_ = line_begin_;
      characters_ = 0;
    }
    while (characters_ < mark.column && at_ < text_.size()) {
      ++at_;
      while (at_ < text_.size() && IsContinuation(text_[at_])) ++at_;
      ++characters_;
    }
    return {static_cast<int>(mark.line) + 1, static_cast<int>(at_ - line_begin_) + 1};
  }

 private:
  void Restart() { at_ = line_begin_ = line_ = characters_ = 0; }
  static bool IsBeyondAscii(char byte) { return static_cast<uint8_t>(byte) >= 0x80; }
  static bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

  absl::string_view text_;
  bool ascii_;  // bytes are characters
  size_t at_ = 0, line_begin_ = 0;
  size_t line_ = 0, characters_ = 0;
};

// The events of a text, one by one. libyaml keeps its own stack, so that no nesting is too deep for
// ours, and expands no aliases.
class Events {
 public:
  explicit Events(absl::string_view text) {
    ready_ = yaml_parser_initialize(&parser_) == 1;
    if (!ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    // libyaml ends the program where there is no address, be the text empty or not.
    if (text.data() == nullptr) text = "";
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Events() {
    if (has_event_) yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // The next one, until the call after; nullptr where the text is no YAML (see error).
  const yaml_event_t* Next() {
    if (has_event_) yaml_event_delete(&event_);
    has_event_ = ready_ && yaml_parser_parse(&parser_, &event_) == 1;
    return has_event_ ? &event_ : nullptr;
  }

  Problem error(Places& places) const {
    const absl::string_view problem = parser_.problem == nullptr ? "" : parser_.problem;
    const absl::string_view context = parser_.context == nullptr ? "" : parser_.context;
    if (context == "while scanning a quoted scalar") {
      return {places.At(parser_.context_mark), "",
              "not YAML: the quoted text that begins here is not closed"};
    }
    return {places.At(parser_.problem_mark), "",
            absl::StrCat("not YAML: ", problem, context.empty() ? "" : " ", context)};
  }

 private:
  yaml_parser_t parser_;
  yaml_event_t event_;
  bool ready_ = false, has_event_ = false;
};

// Bytes of a tag that an error shows.
constexpr size_t kShownTag = 60;

absl::string_view TextOf(const yaml_char_t* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

bool IsNull(const yaml_event_t& scalar) {
  const auto& data = scalar.data.scalar;
  if (data.style != YAML_PLAIN_SCALAR_STYLE || data.tag != nullptr) return false;
  return IsPlainNull({reinterpret_cast<const char*>(data.value), data.length});
}

// Builds the tree from events.
class Builder {
 public:
  Builder(Places* places, Value* root, std::vector<Problem>* problems)
      : places_(places), root_(root), problems_(problems) {}

  // One event of a document's content; false when the document is whole, or past the limits.
  bool Take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        Refuse(event.start_mark, "aliases (*name) are not supported; write the value out");
        Add(ValueKind::kNull, event.start_mark, nullptr, nullptr);
        break;
      case YAML_SCALAR_EVENT:
        AddScalar(event);
        break;
      case YAML_SEQUENCE_START_EVENT:
        Open(ValueKind::kList, event.start_mark, event.data.sequence_start.tag,
             event.data.sequence_start.anchor);
        break;
      case YAML_MAPPING_START_EVENT:
        Open(ValueKind::kMap, event.start_mark, event.data.mapping_start.tag,
             event.data.mapping_start.anchor);
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        open_.pop_back();
        break;
      default:  // the end of the document
        return false;
    }
    return !overflowed_;
  }

  // Whether the last that was taken is the end of the value of a key of the top level.
  bool Ends(absl::string_view key) const {
    const std::vector<Value>& entries = root_->children;
    return !key.empty() && open_.size() == 1 && root_->kind == ValueKind::kMap &&
           !entries.empty() && entries.size() % 2 == 0 && entries[entries.size() - 2].text == key;
  }

 private:
  void Refuse(const yaml_mark_t& mark, absl::string_view what) {
    if (problems_->size() < kMaxProblems)
      problems_->push_back({places_->At(mark), "", std::string(what)});
  }

  // The new value, or nullptr past the limits.
  Value* Add(ValueKind kind, const yaml_mark_t& mark, const yaml_char_t* tag,
             const yaml_char_t* anchor) {
    if (tag != nullptr) {
      Refuse(mark, absl::StrCat("tags (", base::OnlyUtf8(TextOf(tag).substr(0, kShownTag)),
                                ") are not supported; the field gives the type"));
    }
    if (anchor != nullptr) Refuse(mark, "anchors (&name) are not supported; write the value out");
    if (++nodes_ > kMaxNodes)
      return Overflow(mark, absl::StrCat("more than ", kMaxNodes, " values in one document"));
    if (open_.size() >= kMaxDepth)
      return Overflow(mark, absl::StrCat("nested deeper than ", kMaxDepth, " levels"));
    Value* place = root_;
    if (!open_.empty()) place = &open_.back()->children.emplace_back();
    place->kind = kind;
    place->position = places_->At(mark);
    return place;
  }

  Value* Overflow(const yaml_mark_t& mark, absl::string_view what) {
    overflowed_ = true;
    Refuse(mark, what);
    return nullptr;
  }

  void AddScalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const ValueKind kind = IsNull(event) ? ValueKind::kNull : ValueKind::kScalar;
    Value* added = Add(kind, event.start_mark, scalar.tag, scalar.anchor);
    if (added == nullptr || kind == ValueKind::kNull) return;
    added->quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
    added->text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
  }

  // The children of an open value grow only after its last open child is closed, so the pointers
  // stay good.
  void Open(ValueKind kind, const yaml_mark_t& mark, const yaml_char_t* tag,
            const yaml_char_t* anchor) {
    Value* added = Add(kind, mark, tag, anchor);
    if (added != nullptr) open_.push_back(added);
  }

  Places* places_;
  Value* root_;
  std::vector<Problem>* problems_;
  std::vector<Value*> open_;
  int nodes_ = 0;
  bool overflowed_ = false;
};

// Tags are refused, so nothing needs a directive that names some; and libyaml compares each with
// all before it.
bool HasDirective(absl::string_view text, std::vector<Problem>* problems) {
  if (!absl::StartsWith(text, "%") && !absl::StrContains(text, "\n%")) return false;
  Position position;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "%") && !absl::StartsWith(line, "%YAML")) {
      problems->push_back(
          {position, "", "directives (%TAG) are not supported; leave the line out"});
      return true;
    }
    ++position.line;
  }
  return false;
}

// Reads the next document, if there is one, at most to the value of the key `until`. False where
// the text is no YAML.
bool ReadNext(Events& events, Places& places, absl::string_view until, Value* root,
              std::vector<Problem>* problems, bool* found) {
  const yaml_event_t* event = events.Next();
  if (event != nullptr && event->type == YAML_STREAM_START_EVENT) event = events.Next();
  *found = event != nullptr && event->type == YAML_DOCUMENT_START_EVENT;
  if (*found) {
    Builder builder(&places, root, problems);
    do event = events.Next();
    while (event != nullptr && builder.Take(*event) && !builder.Ends(until));
  }
  return event != nullptr;
}

}  // namespace

void ReadDocument(absl::string_view text, Value* root, std::vector<Problem>* problems,
                  absl::string_view until) {
  std::string copy;
  if (!IsNormal(text)) {
    if (!NormalizeText(text, &copy, problems)) return;
    text = copy;
  }
  if (ReadQuickly(text, until, root)) return;
  *root = Value();
  ReadWithLibyaml(text, until, root, problems);
}

void ReadWithLibyaml(absl::string_view text, absl::string_view until, Value* root,
                     std::vector<Problem>* problems) {
  if (HasDirective(text, problems)) return;
  Places places(text);
  Events events(text);
  bool found = false;
  if (!ReadNext(events, places, until, root, problems, &found)) {
    // A problem that was already found explains more than the fault that it led to.
    if (problems->empty()) problems->push_back(events.error(places));
    return;
  }
  if (!problems->empty()) return;
  if (!found || root->kind == ValueKind::kNull) {
    problems->push_back({Position{}, "", "the document is empty"});
    return;
  }
  if (!until.empty()) return;
  Value second;
  std::vector<Problem> ignored;
  if (!ReadNext(events, places, "", &second, &ignored, &found)) {
    problems->push_back(events.error(places));
  } else if (found) {
    problems->push_back(
        {second.position, "", "a second document begins here; give one document per file"});
  }
}

}  // namespace plumbline::yaml

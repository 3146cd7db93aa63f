// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/wording.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/yaml/yaml.h"

namespace plumbline::cli {
namespace {

// In expressions names are typed as the service has them.
bool IsExpression(absl::string_view field) {
  return absl::EndsWith(field, "filter") || field == "order_by";
}

// Methods that errors name as the remedy, states and types, as the command line says them. Whole
// words.
const std::map<absl::string_view, absl::string_view>& Typed() {
  static const auto* const typed = new std::map<absl::string_view, absl::string_view>{
      {"StartTask", "'plumbline task start'"},
      {"CompleteTask", "'plumbline task done'"},
      {"SkipTask", "'plumbline task skip'"},
      {"BlockTask", "'plumbline task block'"},
      {"UnblockTask", "'plumbline task unblock'"},
      {"AddImpedimentTasks", "'plumbline impediment add'"},
      {"SetAttributes", "'plumbline set'"},
      {"ListCases", "'plumbline cases'"},
      {"StreamEvents", "'plumbline events send'"},
      {"ImportHeader.attributes", "'plumbline import --attribute'"},
      {"CheckConformance", "'plumbline check'"},
      {"AdvanceImprovement", "'plumbline improvement advance'"},
      {"CloseImprovement", "'plumbline improvement close'"},
      {"SubmitForApproval", "'plumbline submit'"},
      {"ApproveDraft", "'plumbline approve'"},
      {"DRAFT", "draft"},
      {"PUBLISHED", "published"},
      {"DEPRECATED", "deprecated"},
      {"ARCHIVED", "archived"},
      {"SUBMITTED", "submitted"},
      {"APPROVED", "approved"},
      {"REJECTED", "rejected"},
      {"PENDING", "pending"},
      {"READY", "ready"},
      {"IN_PROGRESS", "in-progress"},
      {"DONE", "done"},
      {"SKIPPED", "skipped"},
      {"NOT_NEEDED", "not-needed"},
      {"AWAITING_VERIFICATION", "awaiting-verification"},
      {"ACTIVE", "active"},
      {"PAUSED", "paused"},
      {"COMPLETED", "completed"},
      {"CANCELLED", "cancelled"},
      {"BLOCKED", "blocked"},
      {"NOT_BLOCKED", "not-blocked"},
      {"OPEN", "open"},
      {"ACKNOWLEDGED", "acknowledged"},
      {"RESOLVED", "resolved"},
      {"REACHED", "reached"},
      {"OVERDUE", "overdue"},
      {"DUE", "due"},
      {"OVER", "over"},
      {"ASSIGNED", "assigned"},
      {"UNASSIGNED", "unassigned"},
      {"DEFINE", "define"},
      {"MEASURE", "measure"},
      {"ANALYZE", "analyze"},
      {"IMPROVE", "improve"},
      {"CONTROL", "control"},
      {"CLOSED", "closed"},
      {"ABANDONED", "abandoned"},
      {"ENABLED", "enabled"},
      {"DISABLED", "disabled"},
      {"Onboarding", "On-boarding"},
      {"EventLog", "Event log"},
      {"StepTemplate", "Step"},
  };
  return *typed;
}

// How a call says who is calling.
constexpr char kMetadata[] = "send the metadata 'authorization: Bearer TOKEN'";
constexpr char kToken[] = "give one with --token or PLUMBLINE_TOKEN";

// "in-progress" of "STATE_IN_PROGRESS", "utility-down" of "CATEGORY_UTILITY_DOWN"; nullopt of what
// is no such name.
std::optional<std::string> EnumWord(absl::string_view word) {
  for (const absl::string_view prefix : {"STATE_", "CATEGORY_", "LEVEL_", "KIND_"}) {
    absl::string_view name = word;
    if (!absl::ConsumePrefix(&name, prefix) || name.empty()) continue;
    if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != name.npos) continue;
    return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}});
  }
  return std::nullopt;
}

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// The end of the word at `begin`: of "csv.case_column" the whole, of "end. Next" without the dot.
size_t EndOfWord(absl::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() &&
         (IsWordCharacter(text[end]) || (text[end] == '.' && end > begin && end + 1 < text.size() &&
                                         IsWordCharacter(text[end + 1])))) {
    ++end;
  }
  return end;
}

// "does not fit 'workspaces/*/processes/*': it has 5 parts instead of 4", of which people type no
// workspace and no stars: "is no name like 'processes/ID'".
std::string InTypedNames(std::string text) {
  const std::string begins = " does not fit 'workspaces/*/", ends = "': ";
  const size_t begin = text.find(begins);
  const size_t end = text.find(ends, begin == std::string::npos ? begin : begin + begins.size());
  if (begin == std::string::npos || end == std::string::npos) return text;
  const size_t first = begin + begins.size();
  const std::string pattern =
      absl::StrReplaceAll(text.substr(first, end - first), {{"**", "ID"}, {"*", "ID"}});
  const std::string name = text.substr(0, begin);
  std::string why = text.substr(end + ends.size());
  if (absl::StrContains(why, " parts instead of ")) {
    why = "";
  } else if (absl::StrContains(name, "@") && absl::StrContains(why, " is not an id; ")) {
    why = ": a revision or a tag cannot be named here; leave out the @ and what follows it";
  } else {
    why = absl::StrCat(": ", why);
  }
  return absl::StrCat(name, " is no name like '", pattern, "'", why);
}

}  // namespace

Wording::Wording(const std::string& workspace) {
  SetWorkspace(workspace);
  Call({{"parent", "--workspace"}, {"occur_time", "--at"}, {"request_id", "--request-id"}});
}

void Wording::SetWorkspace(const std::string& workspace) {
  workspace_ = absl::StrCat("workspaces/", workspace, "/");
}

void Wording::Call(const std::vector<std::pair<std::string, std::string>>& words) {
  for (const auto& [field, word] : words) words_[field] = word;
}

void Wording::InFile(const std::string& path, const std::string& text, const std::string& prefix) {
  file_ = path;
  text_ = text;
  prefix_ = prefix;
}

std::string Wording::Field(absl::string_view field) const {
  // The field itself, then those around it.
  for (size_t end = field.size(); end != absl::string_view::npos && end > 0;
       end = field.find_last_of(".[", end - 1)) {
    const auto word = words_.find(field.substr(0, end));
    if (word == words_.end()) continue;
    absl::string_view key = field.substr(end);
    if (!absl::ConsumePrefix(&key, "[")) return word->second;
    // What stands below an element, as in "links[0].uri", was typed as a whole.
    key = key.substr(0, key.find(']'));
    int index = 0;
    if (!absl::SimpleAtoi(key, &index)) return absl::StrCat(word->second, " ", key);
    return absl::StrCat(word->second, " (no. ", index + 1, ")");
  }
  return std::string(field);
}

std::string Wording::Violation(const base::FieldViolation& violation) const {
  const std::string sentence = Sentence(violation.description, violation.field);
  // What the reader of YAML found has its place in front already.
  if (absl::StartsWith(sentence, "line ")) {
    const std::string field = Field(violation.field);
    return field.empty() ? sentence : absl::StrCat(sentence, " (", field, ")");
  }
  absl::string_view below = violation.field;
  if (!prefix_.empty() && absl::ConsumePrefix(&below, prefix_) &&
      (below.empty() || absl::ConsumePrefix(&below, "."))) {
    const auto place = yaml::Locate(text_, below);
    const std::string subject = below.empty() ? "" : absl::StrCat(below, ": ");
    if (!place.has_value()) return absl::StrCat(subject, sentence);
    return absl::StrCat("line ", place->line, ", column ", place->column, ": ", subject, sentence);
  }
  const std::string field = Field(violation.field);
  return field.empty() ? sentence : absl::StrCat(field, ": ", sentence);
}

std::optional<std::string> Wording::Known(absl::string_view word, absl::string_view field) const {
  if (word.find_first_of("_.") == word.npos || IsExpression(field)) return std::nullopt;
  for (size_t end = field.rfind('.'); end != absl::string_view::npos;
       end = end == 0 ? absl::string_view::npos : field.rfind('.', end - 1)) {
    const auto beside = words_.find(absl::StrCat(field.substr(0, end), ".", word));
    if (beside != words_.end()) return beside->second;
  }
  const auto known = words_.find(word);
  if (known == words_.end()) return std::nullopt;
  return known->second;
}

std::string Wording::Replace(absl::string_view text, absl::string_view field,
                             absl::FunctionRef<std::string(absl::string_view)> other) const {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = EndOfWord(text, at);
    const absl::string_view word = text.substr(at, end - at);
    const bool quoted = text[at] == '`';
    const size_t close = quoted ? text.find('`', at + 1) : absl::string_view::npos;
    if (close != absl::string_view::npos) {
      const absl::string_view name = text.substr(at + 1, close - at - 1);
      out += Known(name, field).value_or(Field(name));
      at = close + 1;
    } else if (word.empty()) {
      out.push_back(text[at++]);
    } else {
      // In quotes stand names that are others', whatever they look like.
      const bool others = at > 0 && (text[at - 1] == '\'' || text[at - 1] == '"');
      const auto known = others ? std::nullopt : Known(word, field);
      out += known.has_value() ? *known : other(word);
      at = end;
    }
  }
  return out;
}

std::string Wording::Sentence(absl::string_view text, absl::string_view field) const {
  const std::string names =
      InTypedNames(absl::StrReplaceAll(text, {{workspace_, ""}, {kMetadata, kToken}}));
  const bool expression = IsExpression(field);
  return Replace(names, field, [expression](absl::string_view word) {
    if (expression) return std::string(word);
    const auto typed = Typed().find(word);
    return typed != Typed().end() ? std::string(typed->second)
                                  : EnumWord(word).value_or(std::string(word));
  });
}

void Wording::Apply(google::protobuf::Message* answer) const {
  const auto& type = *answer->GetDescriptor();
  const auto& reflection = *answer->GetReflection();
  const auto said = [this](const std::string& text) {
    // Methods too, but no states: words in capitals may be anything there.
    return Replace(text, "", [](absl::string_view word) {
      const auto typed = Typed().find(word);
      const bool method = typed != Typed().end() && absl::StartsWith(typed->second, "'plumbline ");
      return std::string(method ? typed->second : word);
    });
  };
  for (int f = 0; f < type.field_count(); ++f) {
    const auto* field = type.field(f);
    const std::string& name = field->name();
    if (field->message_type() != nullptr && !field->is_map()) {
      const int count = field->is_repeated() ? reflection.FieldSize(*answer, field)
                                             : reflection.HasField(*answer, field);
      for (int i = 0; i < count; ++i) {
        Apply(field->is_repeated() ? reflection.MutableRepeatedMessage(answer, field, i)
                                   : reflection.MutableMessage(answer, field));
      }
    } else if (field->is_repeated() && (name == "notes" || name == "warnings")) {
      for (int i = 0; i < reflection.FieldSize(*answer, field); ++i) {
        reflection.SetRepeatedString(answer, field, i,
                                     said(reflection.GetRepeatedString(*answer, field, i)));
      }
    } else if (name == "sentence" || (name == "reason" && type.name() == "AbsentFigure") ||
               (name == "problem" && absl::StartsWith(type.name(), "Review"))) {
      reflection.SetString(answer, field, said(reflection.GetString(*answer, field)));
    }
  }
}

}  // namespace plumbline::cli

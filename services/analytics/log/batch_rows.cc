// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/batch_rows.h"

#include <openssl/evp.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/analytics/log/bytes.h"

namespace plumbline::analytics {
namespace {

uint32_t Translate(const Dictionary& from, uint32_t id, Dictionary& to) {
  return id == kNoText ? kNoText : to.Intern(from[id]);
}

// The number in `to` of each text of `from`, as it is changed.
std::vector<uint32_t> ChangeAll(const Dictionary& from,
                                absl::FunctionRef<std::string(absl::string_view)> change,
                                Dictionary& to) {
  std::vector<uint32_t> ids;
  for (uint32_t i = 0; i < from.size(); ++i) ids.push_back(to.Intern(change(from[i])));
  return ids;
}

std::vector<uint32_t> Renumber(const std::vector<uint32_t>& column,
                               const std::vector<uint32_t>& ids) {
  std::vector<uint32_t> result;
  result.reserve(column.size());
  for (const uint32_t id : column) result.push_back(id == kNoText ? kNoText : ids[id]);
  return result;
}

void WriteOptional(const Dictionary& texts, uint32_t id, ByteWriter& out) {
  out.Byte(id != kNoText);
  if (id != kNoText) out.Text(texts[id]);
}

void WriteValue(const AttributeValue& value, ByteWriter& out) {
  out.Byte(static_cast<uint8_t>(value.index()));
  if (const auto* text = std::get_if<std::string>(&value)) out.Text(*text);
  if (const auto* whole = std::get_if<int64_t>(&value)) out.Signed(*whole);
  if (const auto* real = std::get_if<double>(&value)) out.Double(*real);
  if (const auto* truth = std::get_if<bool>(&value)) out.Byte(*truth);
  if (const auto* instant = std::get_if<Instant>(&value)) out.Signed(instant->micros);
}

}  // namespace

void AppendRows(const EventBatch& from, absl::FunctionRef<bool(size_t)> keep, EventBatch* to) {
  size_t attribute = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    const bool kept = keep(i);
    const uint32_t row = static_cast<uint32_t>(to->size());
    if (kept) {
      to->case_id.push_back(Translate(from.cases, from.case_id[i], to->cases));
      to->activity.push_back(Translate(from.activities, from.activity[i], to->activities));
      to->resource.push_back(Translate(from.resources, from.resource[i], to->resources));
      to->transition.push_back(Translate(from.transitions, from.transition[i], to->transitions));
      to->time.push_back(from.time[i]);
      if (!from.start.empty() && to->start.empty()) to->start.resize(row, kNoTime);
      if (!from.start.empty() || !to->start.empty())
        to->start.push_back(from.start.empty() ? kNoTime : from.start[i]);
    }
    for (; attribute < from.attributes.size() && from.attributes[attribute].row == i; ++attribute) {
      if (!kept) continue;
      EventAttribute one = from.attributes[attribute];
      one.row = row;
      one.key = Translate(from.attribute_keys, one.key, to->attribute_keys);
      to->attributes.push_back(std::move(one));
    }
  }
}

EventBatch WithTexts(const EventBatch& batch, const TextChange& change) {
  EventBatch result;
  result.case_id = Renumber(batch.case_id, ChangeAll(batch.cases, change.case_id, result.cases));
  result.activity =
      Renumber(batch.activity, ChangeAll(batch.activities, change.text, result.activities));
  result.resource =
      Renumber(batch.resource, ChangeAll(batch.resources, change.text, result.resources));
  result.transition =
      Renumber(batch.transition, ChangeAll(batch.transitions, change.text, result.transitions));
  result.time = batch.time;
  result.start = batch.start;
  const std::vector<uint32_t> keys =
      ChangeAll(batch.attribute_keys, change.text, result.attribute_keys);
  for (const EventAttribute& attribute : batch.attributes) {
    const auto* text = std::get_if<std::string>(&attribute.value);
    result.attributes.push_back({attribute.row, keys[attribute.key],
                                 text == nullptr ? attribute.value : change.text(*text)});
  }
  return result;
}

EventDigest::EventDigest() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr);
}

EventDigest::EventDigest(const EventDigest& other) : EventDigest() { *this = other; }

EventDigest& EventDigest::operator=(const EventDigest& other) {
  if (this != &other)
    EVP_MD_CTX_copy_ex(static_cast<EVP_MD_CTX*>(context_),
                       static_cast<const EVP_MD_CTX*>(other.context_));
  return *this;
}

EventDigest::~EventDigest() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void EventDigest::Add(const EventBatch& batch) {
  size_t attribute = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    ByteWriter out;
    out.Text(batch.cases[batch.case_id[i]]);
    out.Text(batch.activities[batch.activity[i]]);
    WriteOptional(batch.resources, batch.resource[i], out);
    WriteOptional(batch.transitions, batch.transition[i], out);
    out.Signed(batch.time[i]);
    out.Signed(batch.start.empty() ? kNoTime : batch.start[i]);
    for (; attribute < batch.attributes.size() && batch.attributes[attribute].row == i;
         ++attribute) {
      out.Byte(1);
      out.Text(batch.attribute_keys[batch.attributes[attribute].key]);
      WriteValue(batch.attributes[attribute].value, out);
    }
    out.Byte(0);
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), out.bytes().data(), out.bytes().size());
  }
}

std::string EventDigest::Finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest, &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace plumbline::analytics

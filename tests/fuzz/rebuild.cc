#include "rebuild.h"

#include <cstdio>
#include <cstdlib>

#include "wire/msgpack.h"

namespace fuzz {
namespace {

using namespace libtoken;

/// Holds what encoding the values gives against the bytes that were decoded, piece by piece.
class Rebuild {
 public:
  explicit Rebuild(ByteView original) : original_(original) {}

  void macaroon(const MacaroonView& view) {
    piece([&](Bytes& out) { msgpack::write_array(out, 4); });
    piece([&](Bytes& out) { msgpack::write_array(out, view.nonce.version == 0 ? 2 : 3); });
    bin(view.nonce.kid);
    bin(view.nonce.rnd);
    if (view.nonce.version != 0) piece([&](Bytes& out) { msgpack::write_bool(out, view.nonce.proof); });
    text(view.location);
    caveats({view.unverified_caveats.data(), static_cast<std::uint32_t>(view.unverified_caveats.size())});
    piece([&](Bytes& out) { msgpack::write_bin(out, view.tail); });
    end();
  }

  void caveat(const Caveat& one) {
    number(static_cast<std::uint64_t>(one.type));
    std::visit([&](const auto& known) { body(known); }, one.body);
  }

  void end() const { must(at_ == original_.size(), "the values leave bytes over"); }

 private:
  template <class Write>
  void piece(const Write& write) {
    Bytes out;
    write(out);
    raw(out);
  }
  void raw(ByteView bytes) {
    must(bytes.size() <= original_.size() - at_ && equal(bytes, original_.subspan(at_, bytes.size())),
         "the values encode to other bytes");
    at_ += bytes.size();
  }
  bool absent() {
    if (at_ == original_.size() || original_[at_] != 0xc0) return false;
    ++at_;
    return true;
  }

  void array(std::size_t count) {
    piece([&](Bytes& out) { msgpack::write_array(out, count); });
  }
  void number(std::uint64_t value) {
    piece([&](Bytes& out) { msgpack::write_uint(out, value); });
  }
  void signed_number(std::int64_t value) {
    piece([&](Bytes& out) { msgpack::write_int(out, value); });
  }
  void text(std::string_view value) {
    piece([&](Bytes& out) { msgpack::write_str(out, value); });
  }
  void bin(ByteView value) {
    if (!value.empty() || !absent()) piece([&](Bytes& out) { msgpack::write_bin(out, value); });
  }
  void texts(const TextList& list) {
    if (list.empty() && absent()) return;
    array(list.size());
    for (const TextItem& item : list) text(item.text);
  }
  template <class Set, class Key>
  void set(const Set& entries, const Key& key) {
    array(1);
    if (entries.empty() && absent()) return;
    piece([&](Bytes& out) { msgpack::write_map(out, entries.size()); });
    for (const auto& entry : entries) {
      key(entry);
      number(entry.mask.bits);
    }
  }
  void names(const NameSet& entries) {
    set(entries, [&](const NameEntry& entry) { text(entry.name); });
  }
  void caveats(const CaveatList& list) {
    array(2 * std::size_t{list.size()});
    for (const Caveat& one : list) caveat(one);
  }
  void id(std::uint64_t value) {
    array(1);
    number(value);
  }

  void body(const UnknownCaveat& caveat) { raw(caveat.body); }
  void body(const Organization& caveat) {
    array(2);
    number(caveat.id);
    number(caveat.mask.bits);
  }
  void body(const Volumes& caveat) { names(caveat.volumes); }
  void body(const Apps& caveat) {
    set(caveat.apps, [&](const IdEntry& entry) { number(entry.id); });
  }
  void body(const ValidityWindow& caveat) {
    array(2);
    signed_number(caveat.not_before_unix_s);
    signed_number(caveat.not_after_unix_s);
  }
  void body(const FeatureSet& caveat) { names(caveat.features); }
  void body(const Mutations& caveat) {
    array(1);
    texts(caveat.mutations);
  }
  void body(const Machines& caveat) { names(caveat.machines); }
  void body(const ConfineUser& caveat) { id(caveat.id); }
  void body(const ConfineOrganization& caveat) { id(caveat.id); }
  void body(const IsUser& caveat) { id(caveat.id); }
  void body(const ThirdParty& caveat) {
    array(3);
    text(caveat.location);
    bin(caveat.verifier_key);
    bin(caveat.ticket);
  }
  void body(const BindToParentToken& caveat) { bin(caveat.prefix); }
  void body(const IfPresent& caveat) {
    array(2);
    caveats(caveat.ifs);
    number(caveat.otherwise.bits);
  }
  void body(const MachineFeatureSet& caveat) { names(caveat.features); }
  void body(const FromMachineSource& caveat) {
    array(1);
    text(caveat.id);
  }
  void body(const Clusters& caveat) { names(caveat.clusters); }
  void body(const ConfineGoogleHD& caveat) { text(caveat.hosted_domain); }
  void body(const ConfineGitHubOrg& caveat) { number(caveat.id); }
  void body(const MaxValidity& caveat) { number(caveat.seconds); }
  void body(const IsMember&) { array(0); }
  void body(const FlyioUserID& caveat) { number(caveat.id); }
  void body(const GitHubUserID& caveat) { number(caveat.id); }
  void body(const GoogleUserID& caveat) {
    piece([&](Bytes& out) { msgpack::write_bin(out, caveat.big_endian); });
  }
  void body(const ActionCaveat& caveat) { number(caveat.mask.bits); }
  void body(const Commands& caveat) {
    if (caveat.commands.empty() && absent()) return;
    array(caveat.commands.size());
    for (const CommandEntry& entry : caveat.commands) {
      array(2);
      texts(entry.args);
      piece([&](Bytes& out) { msgpack::write_bool(out, entry.exact); });
    }
  }
  void body(const AppFeatureSet& caveat) { names(caveat.features); }
  void body(const StorageObjects& caveat) { names(caveat.prefixes); }
  void body(const AllowedRoles& caveat) { number(caveat.roles); }
  void body(const FlySrc& caveat) {
    array(3);
    text(caveat.organization);
    text(caveat.app);
    text(caveat.instance);
  }

  ByteView original_;
  std::size_t at_ = 0;
};

}  // namespace

void must_rebuild(const MacaroonView& macaroon) { Rebuild(macaroon.encoded).macaroon(macaroon); }

void must_rebuild(const Caveat& caveat) {
  Rebuild rebuild(caveat.encoded);
  rebuild.caveat(caveat);
  rebuild.end();
}

void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

}  // namespace fuzz

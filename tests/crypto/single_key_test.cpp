#include <meterlink/crypto/single_key.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::crypto;

TEST_CASE("a single key is offered to every meter once") {
    const auto secret = key::parse("2B7E151628AED2A6ABF7158809CF4F3C").value();
    single_key keys{secret};
    int calls = 0;
    for (const auto answer : {false, true})
        CHECK(keys.for_each(tpl::meter_address{}, [&](aes& cipher) {
            ++calls;
            CHECK(cipher.cmac({}, {}) == aes{secret}.cmac({}, {}));
            return answer;
        }) == answer);
    CHECK(calls == 2);
    CHECK(keys.cipher().cmac({}, {}) == aes{secret}.cmac({}, {}));
}

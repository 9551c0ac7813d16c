import pytest

from redeem_app.adapters.amazon_hosts import AmazonHosts, AmazonRegion


@pytest.mark.parametrize(
    ("region", "incentives", "sigv4_region"),
    [
        ("na", "https://agcod-v2.amazon.com", "us-east-1"),
        ("eu", "https://agcod-v2-eu.amazon.com", "eu-west-1"),
        ("fe", "https://agcod-v2-fe.amazon.com", "us-west-2"),
    ],
)
def test_a_region_has_its_production_hosts(region: str, incentives: str, sigv4_region: str) -> None:
    hosts = AmazonHosts.real(region)

    assert (hosts.incentives, hosts.sigv4_region) == (incentives, sigv4_region)
    assert hosts.is_real()


def test_every_real_host_is_reached_by_https() -> None:
    for region in AmazonRegion:
        hosts = AmazonHosts.real(region)
        assert all(url.startswith("https://") for url in (hosts.authorize, hosts.api, hosts.incentives, hosts.shop))


def test_an_unknown_region_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="use na, eu or fe"):
        AmazonHosts.real("us")


def test_one_base_url_plays_all_hosts_and_is_not_real() -> None:
    hosts = AmazonHosts.at("http://127.0.0.1:9000/")

    assert hosts.authorize_url == "http://127.0.0.1:9000/ap/oa"
    assert hosts.token_url == "http://127.0.0.1:9000/auth/o2/token"
    assert hosts.incentives == "http://127.0.0.1:9000"
    assert not hosts.is_real()

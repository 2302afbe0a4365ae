"""The Kubernetes manifests: valid by Kubernetes' own schemas, and the same system as docker-compose.yml."""

from typing import Any

import pytest
import yaml

from ranking_service.settings import RankingSettings
from services.embedded.environment import ROOT
from tests.unit.deployment.compose import SERVICES, command_of

FOLDER = ROOT / "services" / "kubernetes"
VERSIONS = ("1.31", "1.34", "1.37")
KUSTOMIZATION = yaml.safe_load((ROOT / "services" / "kustomization.yaml").read_text())
RESOURCES: list[Any] = [each for path in sorted(FOLDER.glob("*.yaml")) for each in yaml.safe_load_all(path.read_text())]


def of_kind(*kinds: str) -> list[Any]:
    return [each for each in RESOURCES if each["kind"] in kinds]


def workloads() -> dict[str, Any]:
    """The pods' templates by name."""
    found = of_kind("Deployment", "StatefulSet", "Job")
    return {each["metadata"]["name"]: each["spec"]["template"] for each in found}


def containers() -> dict[str, Any]:
    """The one container of each workload."""
    found = {}
    for name, template in workloads().items():
        (found[name],) = template["spec"]["containers"]
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its package's own
def test_kubernetes_knows_every_field(version: str) -> None:
    validator = pytest.importorskip("kubernetes_validate", reason="pip install kubernetes-validate")

    for resource in RESOURCES:
        validator.validate(resource, version, strict=True)

    assert len(RESOURCES) > 20


def test_every_manifest_and_every_file_that_is_named_is_there() -> None:
    resources = {str(path.relative_to(ROOT / "services")) for path in FOLDER.glob("*.yaml")}
    files = [file for generator in KUSTOMIZATION["configMapGenerator"] for file in generator["files"]]

    assert set(KUSTOMIZATION["resources"]) == resources
    assert [file for file in files if not (ROOT / "services" / file).is_file()] == []


def test_every_config_map_and_secret_that_is_mounted_is_made() -> None:
    made = {each["metadata"]["name"] for each in of_kind("ConfigMap")}
    made |= {generator["name"] for generator in KUSTOMIZATION["configMapGenerator"]}
    volumes = [volume for template in workloads().values() for volume in template["spec"]["volumes"]]
    mounted = {volume["configMap"]["name"] for volume in volumes if "configMap" in volume}
    read = {source["configMapRef"]["name"] for each in containers().values() for source in each.get("envFrom", [])}

    assert mounted | read == made
    make_secrets = (ROOT / "services" / "compose" / "make-secrets").read_text()
    items = {item["key"] for volume in volumes if "secret" in volume for item in volume["secret"]["items"]}
    assert all(f"\nwrite {name} " in make_secrets for name in items)


def test_the_containers_are_those_of_compose() -> None:
    ours = {name: each.get("args") or each.get("command") for name, each in containers().items()}

    assert ours == {name: command_of(name) for name in SERVICES}


def test_every_container_is_hardened_and_bounded() -> None:
    for name, container in containers().items():
        pod = workloads()[name]["spec"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        assert container["securityContext"]["readOnlyRootFilesystem"], name
        assert container["securityContext"]["allowPrivilegeEscalation"] is False, name
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
        assert "memory" in container["resources"]["limits"], name


def test_every_selector_finds_its_pods() -> None:
    labels = {template["metadata"]["labels"]["app"] for template in workloads().values()}

    for service in of_kind("Service"):
        assert service["spec"]["selector"]["app"] in labels
    for each in of_kind("Deployment", "StatefulSet"):
        assert each["spec"]["selector"]["matchLabels"] == each["spec"]["template"]["metadata"]["labels"]


def test_every_setting_is_one() -> None:
    (settings,) = of_kind("ConfigMap")
    known = {name.upper() for name in RankingSettings.model_fields} | {"TRUSTED_PROXIES", "RATE_LIMITS", "PORTAL_URL"}

    assert set(settings["data"]) <= known

// The page that an EHR opens: it goes on to where the EHR authorizes.
(() => {
  const { smart } = JSON.parse(document.getElementById("data").textContent);
  createLaunch(smart.servers).begin(new URLSearchParams(location.search)).then((url) => location.replace(url)).catch(showFailure);
})();
